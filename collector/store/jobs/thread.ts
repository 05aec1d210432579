import { workerData } from 'node:worker_threads';
import { serve } from '../serve.ts';
import { type JobOptions, jobHandlers } from './handlers.ts';

serve(() => jobHandlers(workerData as JobOptions));

import { workerData } from 'node:worker_threads';
import { readerHandlers } from './reader-handlers.ts';
import { serve } from './serve.ts';

serve(() => readerHandlers(workerData as Parameters<typeof readerHandlers>[0]));

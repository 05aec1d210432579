import { workerData } from 'node:worker_threads';
import { createStatesWriter } from '../track/states.ts';
import { serve } from './serve.ts';
import { type WriterOptions, writerHandlers } from './writer-handlers.ts';

const { stateDir, ...options } = workerData as WriterOptions & { readonly stateDir: string | null };

serve(() =>
  writerHandlers(options, stateDir === null ? null : createStatesWriter(stateDir), (line) =>
    console.error(line),
  ),
);

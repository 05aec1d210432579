import { Command } from 'commander';
import type { ReadSettings } from './context.ts';
import { proveCommand } from './prove.ts';

export const privacyCommand = (readSettings: ReadSettings): Command =>
  new Command('privacy')
    .description('what is promised to visitors, and what they may ask for')
    .addCommand(proveCommand(readSettings));

import { Command } from 'commander';
import type { ReadSettings } from './context.ts';
import { keysCommand, revokeKeyCommand, rotateKeyCommand } from './mail-keys.ts';
import { prepareCommand } from './mail-prepare.ts';
import { listCommand, reportCommand, sentCommand, suppressedCommand } from './mail-report.ts';

export const mailCommand = (readSettings: ReadSettings): Command =>
  new Command('mail')
    .description('measure mails: prepare templates, say what was sent, read what became of it')
    .addCommand(prepareCommand(readSettings))
    .addCommand(sentCommand(readSettings))
    .addCommand(listCommand(readSettings))
    .addCommand(reportCommand(readSettings))
    .addCommand(suppressedCommand(readSettings))
    .addCommand(keysCommand(readSettings))
    .addCommand(rotateKeyCommand(readSettings))
    .addCommand(revokeKeyCommand(readSettings));

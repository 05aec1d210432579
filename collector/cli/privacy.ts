import { Command } from 'commander';
import type { ReadSettings } from './context.ts';
import { requestCommand, requestsCommand } from './privacy-requests.ts';
import { inventoryCommand, noticeCommand, registerCommand, wellKnownCommand } from './privacy-texts.ts';
import { proveCommand } from './prove.ts';

/** Everything about visitors' rights: the generated texts, and the requests of visitors. */
export const privacyCommand = (readSettings: ReadSettings): Command =>
  new Command('privacy')
    .description('what visitors may know and ask for')
    .addCommand(noticeCommand(readSettings))
    .addCommand(inventoryCommand(readSettings))
    .addCommand(registerCommand(readSettings))
    .addCommand(wellKnownCommand(readSettings))
    .addCommand(requestCommand(readSettings))
    .addCommand(requestsCommand(readSettings))
    .addCommand(proveCommand(readSettings));

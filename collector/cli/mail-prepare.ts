import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { PrepareOptions } from '../../schema/mail.ts';
import type { Settings } from '../../schema/settings.ts';
import { scrubText } from '../enrich/scrub.ts';
import { prepare } from '../mail/prepare/prepare.ts';
import { TemplateError } from '../mail/prepare/template-error.ts';
import { mailTokens } from '../mail/secrets.ts';
import { createMailTokens } from '../mail/token.ts';
import type { Tool } from '../store/tool.ts';
import { check, printRows, type ReadSettings, random, siteByDomain, Usage, withStore } from './context.ts';

interface Options {
  readonly site: string;
  readonly campaign: string;
  readonly text?: string;
  readonly token?: string;
  readonly sendTime?: string;
  readonly unsubscribeUrl?: string;
  readonly utmSource?: string;
  readonly utmMedium?: string;
  readonly optOutWords?: string;
  readonly decoy?: boolean;
  readonly out?: string;
  readonly textOut?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export const prepareCommand = (readSettings: ReadSettings): Command =>
  new Command('prepare')
    .description('make a template measurable: signed links with campaign tags, a pixel, an opt-out link')
    .argument('<template>', 'HTML file; - reads standard input')
    .requiredOption('--campaign <name>', 'name of the mail, also its utm_campaign, such as spring-26')
    .requiredOption('--site <domain>', 'the website that the mail leads to')
    .option('--text <file>', 'the plain-text part, prepared likewise')
    .option(
      '--token <tag>',
      "what the mail system replaces by the recipient's token, such as '{{ .Subscriber.UUID }}': counts each recipient once",
    )
    .option('--send-time <tag>', 'what it replaces by the time of sending (seconds since 1970, or ISO 8601)')
    .option(
      '--unsubscribe-url <url>',
      "the sender's own address for ending the mails: prints List-Unsubscribe",
    )
    .option('--utm-source <name>', 'newsletter by default')
    .option('--utm-medium <name>', 'email by default')
    .option('--opt-out-words <words>', 'words of the link that ends measuring')
    .option('--decoy', 'add a link that no reader can see: whoever follows it is a machine')
    .option('-o, --out <file>', 'write the HTML there and not to standard output')
    .option('--text-out <file>', 'write the plain-text part there')
    .option('--dry-run', 'show the links and change nothing')
    .option('--json', 'print everything as JSON')
    .addHelpText(
      'after',
      "\nFootfall's own opt-out link ends measuring, not mailing: your unsubscribe links are left as they are.",
    )
    .action((template: string, options: Options) => run(readSettings, template, options));

async function run(readSettings: ReadSettings, template: string, options: Options): Promise<void> {
  if (options.text !== undefined && options.textOut === undefined && !options.json && !options.dryRun)
    throw new Usage('--text needs --text-out <file>, or --json: standard output holds the HTML');
  if (options.text === undefined && options.textOut !== undefined)
    throw new Usage('--text-out needs the plain-text part: --text <file>');
  if (template === '-' && options.text === '-')
    throw new Usage('only one part can come from standard input: give a file for the other one');
  const asked = check(
    PrepareOptions,
    {
      site_id: options.site,
      campaign: options.campaign,
      html: await read(template),
      text: options.text === undefined ? undefined : await read(options.text),
      token: options.token,
      send_time: options.sendTime,
      unsubscribe_url: options.unsubscribeUrl,
      utm_source: options.utmSource,
      utm_medium: options.utmMedium,
      opt_out_words: options.optOutWords,
      decoy: options.decoy ?? false,
    },
    'template',
  );
  const settings = readSettings();
  const prepared = await withStore(readSettings, async (store) => {
    const site = await siteByDomain(store, options.site);
    const before = (await store.config.listCampaigns(site.id)).find(({ name }) => name === asked.campaign);
    const tokens = await tokensOf(store, options.dryRun ?? false);
    const done = explained(() =>
      prepare(
        { ...asked, site_id: site.domain },
        {
          tokens,
          siteId: site.id,
          publicUrl: publicUrlOf(settings),
          preparedAt: before?.preparedAt ?? null,
          scrub: scrubText,
        },
      ),
    );
    if (!options.dryRun)
      await store.config.saveTemplate({
        site: site.id,
        campaign: asked.campaign,
        html: asked.html,
        unsubscribeUrl: asked.unsubscribe_url ?? null,
      });
    return done;
  });
  const { html, text, headers, links, notes } = prepared;
  if (!options.dryRun) {
    if (options.out !== undefined) write(options.out, html);
    if (options.textOut !== undefined) write(options.textOut, text ?? '');
  }
  // What a dry run has signed, it may have signed with a key that nobody keeps.
  if (options.json)
    process.stdout.write(
      `${JSON.stringify(options.dryRun ? { headers, links, notes } : prepared, null, 2)}\n`,
    );
  else if (options.dryRun)
    printRows(
      links.map(({ number, where, label, target, href, left }) => ({
        link: number,
        part: where,
        name: label ?? '',
        'leads to': inOneLine(target ?? href),
        left: inOneLine(left ?? ''),
      })),
      false,
      'No link was found.',
    );
  else {
    if (options.out === undefined) process.stdout.write(html);
    // Beside the HTML on standard output they would become part of the mail.
    const to = options.out === undefined ? process.stderr : process.stdout;
    for (const line of headers) to.write(`${line}\n`);
  }
  const changed = links.filter(({ left }) => left === null).length;
  process.stderr.write(
    `${options.dryRun ? 'Would change' : 'Changed'} ${changed} of ${links.length} links${options.dryRun || changed === links.length ? '' : ' (--dry-run lists them)'}.\n`,
  );
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
}

/** A look at the links needs no key that lasts. */
async function tokensOf({ config }: Tool, dryRun: boolean) {
  if (dryRun && (await config.listMailKeys()).length === 0)
    return createMailTokens([{ id: 1, secret: random(32) }]);
  return mailTokens(config, random);
}

const publicUrlOf = (settings: Settings): string =>
  settings.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${settings.HOST}:${settings.PORT}`;

/** What a template holds may break lines, and terminals. */
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '');

/** Whatever is not UTF-8 would not come out again as it went in. */
async function read(file: string): Promise<string> {
  const name = file === '-' ? 'standard input' : `"${file}"`;
  const bytes = await (file === '-' ? standardInput() : readFile(file)).catch((error: unknown) => {
    throw new Usage(`${name} cannot be read: ${codeOf(error)}`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Usage(`${name} is not UTF-8: save the template in that encoding`);
  }
}

async function standardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function write(file: string, content: string): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new Usage(`"${file}" cannot be written: ${codeOf(error)}`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

/** Problems of a template are the operator's to fix. */
function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new Usage(`${error.message} ${error.hint}`);
  }
}

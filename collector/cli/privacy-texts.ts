import { Command } from 'commander';
import { z } from 'zod';
import { type Basis, basisOf } from '../privacy/basis.ts';
import { type Document, markdownOf } from '../privacy/document.ts';
import { htmlOf } from '../privacy/html.ts';
import { inventoryOf } from '../privacy/inventory.ts';
import { inventoryDocument } from '../privacy/inventory-document.ts';
import { effectiveOf, noticeOf, noticeVersion } from '../privacy/notice.ts';
import { registerDocument, registerOf } from '../privacy/register.ts';
import { gpcResource, trackingStatus } from '../privacy/well-known.ts';
import type { Tool } from '../store/tool.ts';
import { check, type ReadSettings, siteByDomain, Usage, withStore } from './context.ts';

const Format = z.enum(['md', 'html', 'json'], 'must be md, html or json');
type Format = z.infer<typeof Format>;
const IsoDate = z.iso.date('must be a date such as 2026-12-01');

interface Options {
  readonly format: string;
  readonly site?: string;
}

const text = (name: string, about: string): Command =>
  new Command(name)
    .description(about)
    .option('--format <format>', 'md, html or json', 'md')
    .option('--site <domain>', 'of this site only');

/** What the texts are generated from: the settings in force and the sites. */
export async function basisFrom(readSettings: ReadSettings, store: Tool, site?: string): Promise<Basis> {
  const settings = readSettings();
  const sites = site === undefined ? await store.config.listSites() : [await siteByDomain(store, site)];
  const url = settings.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${settings.HOST}:${settings.PORT}`;
  return basisOf(settings, sites, url);
}

/** The version in force, which is one for all sites. */
const currentVersion = async (readSettings: ReadSettings, store: Tool): Promise<string> =>
  noticeVersion(readSettings(), await store.config.listSites());

async function print(format: Format, document: Document, data: unknown): Promise<void> {
  const told = {
    md: () => markdownOf(document),
    html: () => htmlOf(document),
    json: () => `${JSON.stringify(data, null, 2)}\n`,
  }[format];
  process.stdout.write(await told());
}

export const noticeCommand = (readSettings: ReadSettings): Command =>
  text('notice', 'print the privacy notice, generated from what the code does')
    .option('--publish', 'record that this version is published')
    .option('--effective <date>', 'with --publish: the day from which it applies, by default today')
    .action(async (options: Options & { publish?: boolean; effective?: string }) => {
      const format = check(Format, options.format, '--format');
      if (options.effective !== undefined && !options.publish)
        throw new Usage(
          '--effective goes with --publish: footfall privacy notice --publish --effective 2026-12-01',
        );
      const today = new Date().toISOString().slice(0, 10);
      const effective = check(IsoDate, options.effective ?? today, '--effective');
      const { notice, basis } = await withStore(readSettings, async (store) => {
        const basis = await basisFrom(readSettings, store, options.site);
        const version = await currentVersion(readSettings, store);
        if (options.publish) await store.config.publishNotice({ version, effective });
        const published = await store.config.listNotices();
        return { notice: noticeOf(basis, version, effectiveOf(version, published)), basis };
      });
      await print(format, notice.document, notice);
      const { CONTROLLER, CONTACT } = basis.settings;
      const missing = [
        CONTROLLER === undefined ? 'FOOTFALL_CONTROLLER' : [],
        CONTACT === undefined ? 'FOOTFALL_CONTACT' : [],
      ].flat();
      if (missing.length > 0)
        process.stderr.write(
          `Set ${missing.join(' and ')}: the notice has placeholders in square brackets for them.\n`,
        );
      if (options.publish)
        process.stderr.write(
          `Recorded as published: version ${notice.version}, in force from ${notice.effective}.\n`,
        );
    });

export const inventoryCommand = (readSettings: ReadSettings): Command =>
  text('inventory', 'print everything that is kept, with its category').action(async (options: Options) => {
    const format = check(Format, options.format, '--format');
    const [basis, version] = await withStore(
      readSettings,
      async (store) =>
        [
          await basisFrom(readSettings, store, options.site),
          await currentVersion(readSettings, store),
        ] as const,
    );
    await print(format, inventoryDocument(basis, version), { version, items: inventoryOf(basis) });
  });

export const registerCommand = (readSettings: ReadSettings): Command =>
  text('register', 'print the record of processing (Article 30 GDPR)').action(async (options: Options) => {
    const format = check(Format, options.format, '--format');
    const made = new Date().toISOString().slice(0, 10);
    const basis = await withStore(readSettings, (store) => basisFrom(readSettings, store, options.site));
    await print(format, registerDocument(basis, made), { made, fields: registerOf(basis) });
  });

export const wellKnownCommand = (readSettings: ReadSettings): Command =>
  new Command('well-known')
    .description('print the files that the site itself should serve under /.well-known/')
    .requiredOption('--site <domain>', 'the site')
    .option('--json', 'print as one JSON object, by path')
    .action(async (options: { site: string; json?: boolean }) => {
      const files = await withStore(readSettings, async (store) => {
        const basis = await basisFrom(readSettings, store, options.site);
        const [latest] = await store.config.listNotices();
        return {
          '/.well-known/gpc.json': gpcResource(latest?.effective ?? null),
          '/.well-known/dnt/': trackingStatus(basis),
        };
      });
      if (options.json) return void process.stdout.write(`${JSON.stringify(files, null, 2)}\n`);
      for (const [path, content] of Object.entries(files))
        process.stdout.write(`# ${path}\n${JSON.stringify(content)}\n`);
      process.stderr.write(
        'They speak for the whole site. Serve them only if everything else on it honours the signals too; /.well-known/dnt/ with content-type application/tracking-status+json.\n',
      );
    });

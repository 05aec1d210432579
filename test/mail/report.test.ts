import { afterEach, expect, test } from 'vitest';
import { recipientOf } from '../../collector/parse/mail.ts';
import { backUp } from '../../collector/store/backup.ts';
import { restore } from '../../collector/store/restore.ts';
import type { CampaignReport, CampaignSummary } from '../../schema/mail.ts';
import { batch, newFolder, noon, openAt, pageview } from '../store-folder.ts';
import { agents, filled, prepareMail } from '../support/mails.ts';
import { openReplay, type Replay } from '../support/replay.ts';

/** What the report says of times: when a mail began, and its first hours. */

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const site_id = 'shop.example';
const at = Date.parse;

async function shop(start: string, timezone = 'Europe/Berlin', settings = {}): Promise<Replay> {
  const replay = await openReplay(at(start), settings);
  closing.push(() => replay.close());
  await replay.manage('POST', '/api/v2/sites', { domain: site_id, timezone, settings: {} });
  return replay;
}

async function mailOf(replay: Replay, campaign = 'spring') {
  const mail = await prepareMail(replay, site_id, campaign, ['https://shop.example/a']);
  const ask = (address: string, peer: string) =>
    replay.send('GET', filled(address), { peer, headers: { 'user-agent': agents.direct } });
  return {
    async opened(time: string, peer = '203.0.113.9') {
      replay.setClock(at(time));
      await ask(mail.open, peer);
    },
    async report(): Promise<CampaignReport> {
      await replay.flush();
      return (await replay.manage(
        'GET',
        `/api/v2/mail/campaign?site_id=${site_id}&campaign=${encodeURIComponent(campaign)}`,
        undefined,
      )) as CampaignReport;
    },
    sent: (more: object) =>
      replay.manage('POST', '/api/v2/mail/sent', { site_id, campaign, count: 100, ...more }),
  };
}
const opens = ({ curve }: CampaignReport) =>
  curve.flatMap(({ hour, opens: of }) => (of.direct > 0 ? [`${hour} ${of.direct}`] : []));

test('a number that is corrected does not move the sending, and one without a time invents none', async () => {
  const mail = await mailOf(await shop('2026-03-04T08:00:00Z'));
  await mail.opened('2026-03-04T09:30:00Z');
  await mail.sent({});
  expect(await mail.report()).toMatchObject({ delivered: 100, sent_at: null, first_day: '2026-03-04' });
  await mail.sent({ at: '2026-03-04T09:00:00Z' });
  await mail.opened('2026-03-04T15:00:00Z');
  await mail.sent({ count: 110 });
  const report = await mail.report();
  expect(report).toMatchObject({ delivered: 110, sent_at: '2026-03-04T09:00:00.000Z' });
  expect(report.curve).toHaveLength(7);
  expect(opens(report)).toEqual(['2026-03-04 10:00 1', '2026-03-04 16:00 1']);
  await expect(mail.sent({ at: '2026-03-05T09:00:00Z' })).rejects.toThrow(/future/);
});

test('what was counted shortly before the sending that is said belongs to the mail', async () => {
  const mail = await mailOf(await shop('2026-11-30T08:00:00Z'));
  await mail.opened('2026-11-30T20:00:00Z');
  await mail.opened('2026-12-01T09:00:00Z');
  await mail.sent({ at: '2026-12-01T08:00:00Z' });
  const report = await mail.report();
  expect(report.first_day).toBe('2026-11-30');
  expect(opens(report)).toEqual(['2026-11-30 21:00 1', '2026-12-01 10:00 1']);
});

test.each([
  ['forwards', '2026-03-28T23:30:00Z', ['2026-03-29 00:00', '2026-03-29 01:00', '2026-03-29 03:00']],
  ['backwards', '2026-10-24T22:30:00Z', ['2026-10-25 00:00', '2026-10-25 01:00', '2026-10-25 02:00']],
])('where clocks go %s, the curve has the hours that there were', async (_, sending, hours) => {
  const replay = await shop(sending);
  const mail = await mailOf(replay);
  await mail.opened(sending);
  await mail.sent({ at: sending });
  replay.setClock(at(sending) + 100 * 3_600_000);
  const { curve } = await mail.report();
  expect(curve.slice(0, 3).map(({ hour }) => hour)).toEqual(hours);
  expect(new Set(curve.map(({ hour }) => hour)).size).toBe(curve.length);
  expect([71, 72]).toContain(curve.length);
});

test('strict: counts are rounded, and it says so', async () => {
  const mail = await mailOf(
    await shop('2026-03-04T08:00:00Z', 'UTC', { PROFILE: 'strict', DETAIL_HOURS: 0 }),
  );
  for (let host = 1; host <= 13; host++) await mail.opened('2026-03-04T09:00:00Z', `203.0.113.${host}`);
  const report = await mail.report();
  expect(report.opens.direct).toBe(10);
  expect(report.notes.join()).toMatch(/rounded to tens/);
});

test('names are one spelling, and stand in the list by their first day', async () => {
  const replay = await shop('2026-03-04T08:00:00Z');
  const mail = await mailOf(replay, 'Gru\u0308n 26');
  await mail.opened('2026-03-05T09:00:00Z');
  await replay.flush();
  const { campaigns } = (await replay.manage(
    'GET',
    `/api/v2/mail/campaigns?site_id=${site_id}`,
    undefined,
  )) as { campaigns: CampaignSummary[] };
  expect(campaigns.map(({ campaign, first_day }) => [campaign, first_day])).toEqual([
    ['Gr\u00fcn 26', '2026-03-05'],
  ]);
});

test('a dry run is one only where it is asked for', async () => {
  const replay = await shop('2026-03-04T08:00:00Z');
  const body = { site_id, campaign: 'dry', html: '<a href="https://shop.example/">x</a>' };
  const known = () =>
    replay.manage('GET', `/api/v2/mail/campaign?site_id=${site_id}&campaign=dry`, undefined);
  await replay.manage('POST', '/api/v2/mail/prepare?dry_run', body);
  await expect(known()).rejects.toThrow(/unknown_campaign|Nothing was counted/);
  await replay.manage('POST', '/api/v2/mail/prepare?dry_run=false', body);
  expect(await known()).toMatchObject({ template: true });
});

test.each(['-uuid-', '@@ID@@', '$ID', '$$id$$', '{{ x }}', '*|UNIQID|*', '%ID%', '<%id%>', '  '])(
  'a tag that nobody filled in is no token: %s',
  (tag) => {
    expect(recipientOf(new URLSearchParams({ r: tag }))).toBeNull();
    expect(recipientOf(new URLSearchParams({ r: `a${'b'.repeat(9)}-7` }))).toBe('abbbbbbbbb-7');
  },
);

test('a key that was taken back stays so through a restore, and one that is newer than the backup stays', async () => {
  const folder = newFolder();
  const path = `${folder}/footfall.db`;
  const store = await openAt(path);
  await store.config.makeMailKey(new Uint8Array(32).fill(1));
  await store.commit(batch(1, [pageview('/a')]));
  const file = `${newFolder()}/a.backup`;
  backUp(path, file);
  await store.config.addMailKey(new Uint8Array(32).fill(2));
  await store.config.removeMailKey(1);
  await store.close();
  restore(file, folder, noon);
  const again = await openAt(path);
  const keys = await again.config.listMailKeys();
  await again.close();
  expect(keys.map(({ id, secret }) => [id, secret[0]])).toEqual([[2, 2]]);
});

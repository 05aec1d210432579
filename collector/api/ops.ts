import { Hono } from 'hono';
import { dropReasons } from '../../schema/drop-reasons.ts';
import { clientOf, type Env, fromLoopback } from './client.ts';
import { requireScope } from './principal.ts';
import type { Services } from './services.ts';

/** What operators and their probes ask. */
export function opsRoutes(services: Services): Hono<Env> {
  const { tally } = services;
  return new Hono<Env>()
    .get('/healthz', (c) => c.json({ ok: true }))
    .get('/readyz', async (c) => {
      const health = await services.health();
      return c.json({ ok: health.writable, ...health }, health.writable ? 200 : 503);
    })
    .get('/metrics', async (c) => {
      if (!fromLoopback(clientOf(c))) await requireScope(c, services, 'stats');
      const health = await services.health();
      return c.text(metricsText(health));
    });

  function metricsText(health: Awaited<ReturnType<Services['health']>>): string {
    const { total } = tally;
    const dropped = (Object.keys(dropReasons) as (keyof typeof dropReasons)[]).map(
      (reason) => `footfall_dropped_total{reason="${reason}"} ${total.dropped.get(reason) ?? 0}`,
    );
    return [
      '# HELP footfall_counted_total Signals counted since the start, by kind.',
      '# TYPE footfall_counted_total counter',
      `footfall_counted_total{kind="pageview"} ${total.pageviews}`,
      `footfall_counted_total{kind="event"} ${total.events}`,
      `footfall_counted_total{kind="engagement"} ${total.engagements}`,
      `footfall_counted_total{kind="mail_open"} ${total.opens}`,
      `footfall_counted_total{kind="mail_click"} ${total.clicks}`,
      '# HELP footfall_dropped_total Signals not counted since the start, by reason.',
      '# TYPE footfall_dropped_total counter',
      ...dropped,
      '# HELP footfall_journal_waiting_batches Batches that wait to be rolled up.',
      '# TYPE footfall_journal_waiting_batches gauge',
      `footfall_journal_waiting_batches ${health.waitingBatches}`,
      '# HELP footfall_journal_writable Whether the journal can be written.',
      '# TYPE footfall_journal_writable gauge',
      `footfall_journal_writable ${health.writable ? 1 : 0}`,
      '# HELP process_resident_memory_bytes Resident memory.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
      '',
    ].join('\n');
  }
}

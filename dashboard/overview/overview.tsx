import { useMemo } from 'preact/hooks';
import type { Metric } from '../../schema/query.ts';
import { type Me, refused, type SiteInfo } from '../api.ts';
import { dayIn } from '../dates.ts';
import { Header, Trouble, useTitle } from '../frame.tsx';
import { useLocation } from '../location.ts';
import { messages } from '../messages.ts';
import { Snippet } from '../pages/snippet.tsx';
import { panelNames } from '../panels.ts';
import type { Period } from '../period.ts';
import { charted } from '../questions.ts';
import { commonReason, reasonOf } from '../refusal.ts';
import { parseView, type View, writeView } from '../view.ts';
import { Words } from '../words.tsx';
import { Bar } from './bar.tsx';
import { Chart } from './chart.tsx';
import { Coarser } from './coarser.tsx';
import { Figures } from './figures.tsx';
import { inWords } from './filters.tsx';
import { Lines } from './lines.tsx';
import { Panel } from './panel.tsx';
import { trendOf } from './trend.ts';
import { useLook } from './use-look.ts';
import { useNow } from './use-now.ts';

const week = 7 * 86_400_000;

/** A young site has nothing before today, so today is what it opens with. */
const defaultPeriod = (site: SiteInfo): Period => (Date.now() - site.createdAt < week ? 'day' : '28d');

/** Where a changed view is found. */
export type Href = (change: Partial<View>) => string;

/** The figures of one site. */
export function Overview({ me, site, reload }: { me: Me; site: SiteInfo; reload: () => Promise<void> }) {
  const { path, search } = useLocation();
  const usual = defaultPeriod(site);
  const view = useMemo(() => parseView(search, usual), [search, usual]);
  const href: Href = (change) => path + writeView({ ...view, ...change }, usual);
  const today = dayIn(site.timezone, Date.now());
  // The figure in the chart is not asked for anew: the trend of all of them is there.
  const key = writeView({ ...view, metric: 'visitors' }, usual);
  const { shown, error, stale, retry } = useLook(site, view, key, reload);
  const live = useNow(site.domain);
  useTitle(messages.title(site.domain));

  const totals = shown?.answers.totals;
  const trend = shown?.answers.trend;
  const empty = live !== null && !live.receiving && !site.receiving;
  const nothing =
    totals !== undefined &&
    !refused(totals) &&
    totals.results.every((row) => row.metrics.every((value) => !value));
  const compared =
    view.compare === 'none' || view.period === 'all' ? null : messages.comparisons[view.compare];
  const lastFilter = view.filters.at(-1);
  const panelErrors = shown?.answers.panels.map(({ answer }) =>
    answer && refused(answer) ? answer.error : null,
  );
  const common = shown && panelErrors && !view.list ? commonReason(panelErrors, shown.view) : null;
  // Where not even the totals are known, the words in the chart's place say it.
  const above = common && !(totals && refused(totals)) ? common : null;
  const total = (metric: Metric): number | null => {
    const at = shown ? (shown.look.metrics as readonly Metric[]).indexOf(metric) : -1;
    return totals && !refused(totals) && at >= 0 ? (totals.results[0]?.metrics[at] ?? null) : null;
  };

  return (
    <>
      <Header me={me} site={site} here="overview" />
      <main class={stale && shown ? 'overview stale' : 'overview'} aria-busy={stale && !error}>
        <h1 class="unseen">{messages.title(site.domain)}</h1>
        <Bar site={site} view={view} href={href} today={today} />
        {error && (
          <div class="failed">
            <Trouble error={error} />
            <button type="button" onClick={retry}>
              {messages.error.again}
            </button>
          </div>
        )}
        {error && !shown ? null : empty ? (
          <section class="teach">
            <h2>{messages.empty.title}</h2>
            <Snippet me={me} site={site} onReceiving={reload} />
          </section>
        ) : view.list ? (
          <section class="long">
            <p>
              <a href={href({ list: null })}>{messages.panel.back}</a>
            </p>
            <Panel name={view.list} view={view} shown={shown} href={href} site={site} total={total} />
          </section>
        ) : (
          <>
            <Figures view={view} shown={shown} live={live} href={href} />
            {nothing && lastFilter && (
              <p class="quiet">
                {messages.empty.noMatch}{' '}
                <a href={href({ filters: view.filters.slice(0, -1) })}>
                  {messages.empty.removeLast(inWords(lastFilter))}
                </a>
              </p>
            )}
            {nothing && !lastFilter && (
              <p class="quiet">
                {messages.empty.quiet}{' '}
                {view.period !== 'day' && (
                  <a href={href({ period: 'day', by: null })}>{messages.empty.seeToday}</a>
                )}{' '}
                {view.period !== 'all' && (
                  <a href={href({ period: 'all', by: null })}>{messages.empty.seeAll}</a>
                )}
              </p>
            )}
            {trend === undefined || shown === null ? (
              <div class="chart skeleton" />
            ) : refused(trend) ? (
              <div class="chart without">
                <Words
                  reason={reasonOf(trend.error, {
                    view: shown.view,
                    dimension: null,
                    hourly: shown.look.grain === 'hour' && totals !== undefined && !refused(totals),
                  })}
                  href={href}
                />
              </div>
            ) : (
              <Chart
                trend={trendOf(
                  trend,
                  shown.look.metrics,
                  charted(shown.look, view.metric),
                  shown.look.comparison,
                )}
                grain={shown.look.grain}
                metric={charted(shown.look, view.metric)}
                compared={compared}
                href={href}
                site={site}
                view={view}
                today={today}
              />
            )}
            {shown && <Coarser answer={totals} view={shown.view} dimension={null} />}
            {above && <Words reason={above} href={href} />}
            <div class="panels">
              {panelNames.map((name) => (
                <Panel
                  key={name}
                  name={name}
                  view={view}
                  shown={shown}
                  href={href}
                  site={site}
                  total={total}
                  said={common?.cause}
                />
              ))}
              <Lines shown={shown} timezone={site.timezone} />
            </div>
          </>
        )}
      </main>
      <footer>
        <a href="https://db-ip.com/">{messages.lines.geo}</a>
      </footer>
    </>
  );
}

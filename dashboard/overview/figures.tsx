import type { Realtime } from '../../schema/query.ts';
import { refused } from '../api.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';
import { type Headline, headline } from '../panels.ts';
import { charted } from '../questions.ts';
import type { View } from '../view.ts';
import { Change } from './change.tsx';
import type { Href } from './overview.tsx';
import { Sparkline } from './sparkline.tsx';
import { trendOf } from './trend.ts';
import type { Shown } from './use-look.ts';

/** Why a figure has no meaning under the filters. */
function reason(shown: Shown, metric: Headline): string {
  if (metric === 'pageviews') return messages.figures.noPageviews;
  return shown.view.filters.some((filter) => filter[1] === 'event:page')
    ? messages.figures.byEntryPage
    : messages.figures.notKept;
}

function Figure({
  metric,
  view,
  shown,
  href,
}: {
  metric: Headline;
  view: View;
  shown: Shown | null;
  href: Href;
}) {
  const label = messages.metrics[metric];
  if (!shown) {
    return (
      <li class="figure">
        <div>
          <span class="label">{label}</span>
          <span class="skeleton number" />
        </div>
      </li>
    );
  }
  const { totals, trend } = shown.answers;
  const at = shown.look.metrics.indexOf(metric);
  if (at < 0 || !totals || refused(totals)) {
    return (
      <li class="figure without">
        <div>
          <span class="label">{label}</span>
          <span class="number">{messages.figures.unknown}</span>
          {totals && !refused(totals) && <span class="words">{reason(shown, metric)}</span>}
        </div>
      </li>
    );
  }
  const row = totals.results[0];
  const value = row?.metrics[at] ?? null;
  const chosen = charted(shown.look, view.metric) === metric;
  return (
    <li class={chosen ? 'figure chosen' : 'figure'}>
      <a href={href({ metric })} aria-current={chosen ? 'true' : undefined}>
        <span class="label">{label}</span>
        <span class="number" title={format.figure(metric, value)}>
          {format.tight(metric, value)}
        </span>
        <Change
          metric={metric}
          now={value}
          before={row?.comparison?.metrics[at]}
          shown={shown}
          notes={totals.meta.notes}
        />
        {trend && !refused(trend) && (
          <Sparkline trend={trendOf(trend, shown.look.metrics, metric, shown.look.comparison)} />
        )}
      </a>
    </li>
  );
}

/** The numbers at the head of the page; each goes into the chart when it is pressed. */
export function Figures(props: { view: View; shown: Shown | null; live: Realtime | null; href: Href }) {
  return (
    <ul class="figures" id="figures" aria-label={messages.figures.label}>
      {headline.map((metric) => (
        <Figure key={metric} metric={metric} {...props} />
      ))}
      <li class="figure now">
        <div>
          <span class="label">{messages.figures.now}</span>
          {props.live ? (
            <span class="number">
              {format.whole(props.live.visits)}
              <span class={props.live.visits > 0 ? 'dot on' : 'dot'} aria-hidden="true" />
            </span>
          ) : (
            <span class="skeleton number" />
          )}
          <span class="change">{messages.figures.nowHint}</span>
        </div>
      </li>
    </ul>
  );
}

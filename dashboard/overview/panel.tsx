import type { Metric, ResultRow } from '../../schema/query.ts';
import { refused, type SiteInfo } from '../api.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';
import { type PanelName, tabsOf } from '../panels.ts';
import { longRows, shortRows } from '../questions.ts';
import { reasonOf } from '../refusal.ts';
import { addressOf, shown as shownValue } from '../values.ts';
import { isFiltered, toggleFilter, type View } from '../view.ts';
import { Words } from '../words.tsx';
import { Change } from './change.tsx';
import { Coarser } from './coarser.tsx';
import type { Href } from './overview.tsx';
import type { Shown } from './use-look.ts';

interface Props {
  readonly name: PanelName;
  readonly view: View;
  readonly shown: Shown | null;
  readonly href: Href;
  readonly site: SiteInfo;
  readonly total: (metric: Metric) => number | null;
  /** The cause of refusals that is told above all panels already. */
  readonly said?: string | undefined;
}

/** What an empty panel says. */
function nothing({ name, view, site }: Props, tab: string): string {
  const filtered = view.filters.length > 0;
  if (name !== 'goals') return messages.panel.nothing(filtered);
  if (tab === 'event') return messages.panel.noEvents(filtered);
  return site.settings.goals.length === 0 ? messages.panel.noGoalsSet : messages.panel.noGoals(filtered);
}

/** Events, goals and exits have no page of their own to be at; everything else can be filtered by. */
function Value({
  row,
  dimension,
  view,
  href,
  site,
}: {
  row: ResultRow;
  dimension: string;
  view: View;
  href: Href;
  site: SiteInfo;
}) {
  const value = row.dimensions[0] ?? '';
  const { text, code, special } = shownValue(dimension, value);
  const pressed = isFiltered(view.filters, dimension, value);
  const address = addressOf(dimension, value, site.domain);
  return (
    <>
      <a
        class={special ? 'value special' : 'value'}
        href={href({ filters: toggleFilter(view.filters, dimension, value), list: null })}
        aria-current={pressed ? 'true' : undefined}
        title={text}
      >
        <bdi>{text}</bdi>
        {code && <small> {code}</small>}
      </a>
      {address && (
        <a
          class="out"
          href={address}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={messages.panel.open(text)}
        >
          ↗
        </a>
      )}
    </>
  );
}

function Rows(props: Props & { shown: Shown }) {
  const { name, view, shown, href, site, total } = props;
  const panel = shown.answers.panels.find((each) => each.panel === name);
  const answer = panel?.answer;
  if (!panel || !answer) return <Skeleton />;
  if (refused(answer)) {
    const reason = reasonOf(answer.error, { view: shown.view, dimension: panel.tab.dimension });
    if (reason.cause === props.said) return <p class="words">{messages.refusal.besides}</p>;
    return <Words reason={reason} href={href} />;
  }
  if (answer.results.length === 0) return <p class="words">{nothing(props, shown.view.tabs[name])}</p>;

  const [metric = 'visitors', beside] = panel.metrics;
  const most = Math.max(...answer.results.map((row) => row.metrics[0] ?? 0), 1);
  const whole = total(metric);
  const share = (row: ResultRow): number | null => {
    const value = row.metrics[0] ?? null;
    return beside === 'percentage'
      ? (row.metrics[1] ?? null)
      : whole && value !== null
        ? (100 * value) / whole
        : null;
  };
  const compared = shown.look.comparison !== 'none';
  const rows = answer.meta.total_rows ?? answer.results.length;
  const hasColumn = beside !== undefined && beside !== 'percentage';
  const hasSecond = beside !== undefined || whole !== null;
  return (
    <>
      <table class="rows">
        <thead>
          <tr>
            <th scope="col">{messages.dimensions[panel.tab.dimension]}</th>
            <th scope="col">{messages.metrics[metric]}</th>
            {hasSecond && <th scope="col">{hasColumn ? messages.metrics[beside] : messages.panel.share}</th>}
            {compared && (
              <th scope="col" class="change-of">
                {messages.panel.change}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {answer.results.map((row) => {
            const value = row.metrics[0] ?? null;
            const second = hasColumn ? (row.metrics[1] ?? null) : share(row);
            return (
              <tr key={row.dimensions[0]}>
                <th scope="row">
                  <span class="fill" style={{ width: `${(100 * (value ?? 0)) / most}%` }} />
                  <Value row={row} dimension={panel.tab.dimension} view={view} href={href} site={site} />
                </th>
                <td>{format.figure(metric, value)}</td>
                {hasSecond && (
                  <td class="muted">{format.figure(hasColumn ? beside : 'percentage', second)}</td>
                )}
                {compared && (
                  <td class="change-of">
                    <Change
                      metric={metric}
                      now={value}
                      before={row.comparison?.metrics[0]}
                      shown={shown}
                      notes={answer.meta.notes}
                    />
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
      <Coarser answer={answer} view={shown.view} dimension={panel.tab.dimension} />
      {view.list
        ? rows > longRows && <p class="more">{messages.panel.capped(format.whole(longRows))}</p>
        : rows > answer.results.length && (
            <p class="more">
              <a href={href({ list: name })} aria-label={messages.panel.allOfPanel(messages.panels[name])}>
                {messages.panel.allOf(format.whole(rows))}
              </a>
            </p>
          )}
    </>
  );
}

function Skeleton() {
  return (
    <div class="ghost" aria-hidden="true">
      {Array.from({ length: shortRows }, (_, index) => (
        <span key={String(index)} class="skeleton" style={{ width: `${92 - index * 8}%` }} />
      ))}
    </div>
  );
}

/** One breakdown: its tabs, its rows, and the server's words where it cannot tell. */
export function Panel(props: Props) {
  const { name, view, href, shown } = props;
  const title = messages.panels[name];
  return (
    <section class={`panel ${name}`} aria-labelledby={`panel-${name}`}>
      <header>
        <h2 id={`panel-${name}`}>{title}</h2>
        <nav class="tabs" aria-label={messages.panel.tabs(title)}>
          {Object.keys(tabsOf(name)).map((tab) => (
            <a
              key={tab}
              href={href({ tabs: { ...view.tabs, [name]: tab } })}
              aria-current={view.tabs[name] === tab ? 'true' : undefined}
            >
              {messages.tabs[tab]}
            </a>
          ))}
        </nav>
      </header>
      {shown ? <Rows {...props} shown={shown} /> : <Skeleton />}
    </section>
  );
}

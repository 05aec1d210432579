import type { SiteInfo } from '../api.ts';
import { isDay } from '../dates.ts';
import { text } from '../form.tsx';
import { format } from '../format.ts';
import { navigate } from '../location.ts';
import { Menu } from '../menu.tsx';
import { messages } from '../messages.ts';
import { type Period, presets, shift, spanOf } from '../period.ts';
import { comparisons, type View } from '../view.ts';
import { Filters, inWords } from './filters.tsx';
import type { Href } from './overview.tsx';

const periodName = (period: Period): string =>
  typeof period === 'string' ? messages.presets[period] : format.span(period);

function Dates({ view, href, today }: { view: View; href: Href; today: string }) {
  const earlier = shift(view.period, -1, today);
  const later = shift(view.period, 1, today);
  const span = spanOf(view.period, today);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    const [from, to] = [text(data, 'from'), text(data, 'to')].sort();
    const details = event.currentTarget.closest('details');
    if (details) details.open = false;
    if (from && to && isDay(from) && isDay(to)) navigate(href({ period: [from, to], by: null }));
  };
  const arrow = (to: Period | null, label: string, sign: string) =>
    to ? (
      <a class="step" href={href({ period: to, by: null })} aria-label={label} title={label}>
        {sign}
      </a>
    ) : (
      <span class="step off" aria-hidden="true">
        {sign}
      </span>
    );
  return (
    <div class="dates">
      {arrow(earlier, messages.bar.earlier, '‹')}
      <Menu label={periodName(view.period)} title={span ? format.span(span) : messages.bar.period} side="end">
        {presets.map((preset) => (
          <a
            key={preset}
            href={href({ period: preset, by: null })}
            aria-current={view.period === preset ? 'true' : undefined}
          >
            {messages.presets[preset]}
          </a>
        ))}
        <form class="small apart" onSubmit={onSubmit}>
          <label>
            <span>{messages.bar.from}</span>
            <input type="date" name="from" max={today} defaultValue={span?.[0] ?? today} required />
          </label>
          <label>
            <span>{messages.bar.to}</span>
            <input type="date" name="to" max={today} defaultValue={span?.[1] ?? today} required />
          </label>
          <button class="main" type="submit">
            {messages.bar.show}
          </button>
        </form>
      </Menu>
      {arrow(later, messages.bar.later, '›')}
    </div>
  );
}

/** What is asked: filters on the left, time on the right. In print it is the page's head. */
export function Bar({ site, view, href, today }: { site: SiteInfo; view: View; href: Href; today: string }) {
  const span = spanOf(view.period, today);
  const uncompared = view.compare === 'none' || view.period === 'all';
  const versus = messages.bar.versus(messages.comparisons[view.compare]);
  return (
    <div class="bar">
      <p class="print-only">
        <strong>{site.domain}</strong> · {periodName(view.period)}
        {span && typeof view.period === 'string' && ` (${format.span(span)})`}
        {view.filters.map((filter) => ` · ${inWords(filter)}`)}
        {!uncompared && ` · ${versus}`}
      </p>
      <Filters site={site} view={view} href={href} />
      <div class="time">
        <Dates view={view} href={href} today={today} />
        <Menu
          label={uncompared ? messages.bar.noComparison : versus}
          title={messages.bar.compareWith}
          side="end"
        >
          {comparisons.map((each) => (
            <a
              key={each}
              href={href({ compare: each })}
              aria-current={view.compare === each ? 'true' : undefined}
            >
              {each === 'none' ? messages.bar.noComparison : messages.comparisons[each]}
            </a>
          ))}
        </Menu>
      </div>
    </div>
  );
}

import { useRef } from 'preact/hooks';
import type { FilterLeaf } from '../../schema/query.ts';
import type { SiteInfo } from '../api.ts';
import { isDay } from '../dates.ts';
import { text } from '../form.tsx';
import { format } from '../format.ts';
import { navigate } from '../location.ts';
import { Menu } from '../menu.tsx';
import { messages } from '../messages.ts';
import { type Period, presets, shift, spanOf } from '../period.ts';
import { shown } from '../values.ts';
import { comparisons, operators, type View } from '../view.ts';
import type { Href } from './overview.tsx';

const periodName = (period: Period): string =>
  typeof period === 'string' ? messages.presets[period] : format.span(period);

/** A filter as it is said: `Source is Google`. */
function inWords([operator, dimension, values]: FilterLeaf): string {
  const name = messages.dimensions[dimension] ?? dimension.replace('event:props:', '');
  const said = values.map((value) => shown(dimension, value).text).join(` ${messages.bar.any} `);
  return `${name} ${messages.operators[operator]} ${said}`;
}

function Filters({ view, href }: { view: View; href: Href }) {
  const form = useRef<HTMLFormElement>(null);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!form.current) return;
    const data = new FormData(form.current);
    const operator = operators.find((each) => each === data.get('operator')) ?? 'is';
    const value = text(data, 'value').trim();
    if (value === '') return;
    const details = form.current.closest('details');
    if (details) details.open = false;
    form.current.reset();
    navigate(href({ filters: [...view.filters, [operator, text(data, 'dimension'), [value]]] }));
  };
  return (
    <ul class="chips" aria-label={messages.bar.filters}>
      {view.filters.map((filter) => {
        const words = inWords(filter);
        return (
          <li key={words} class="chip">
            <span title={words}>
              <bdi>{words}</bdi>
            </span>
            <a
              href={href({ filters: view.filters.filter((each) => each !== filter) })}
              aria-label={messages.bar.removeFilter(words)}
            >
              ×
            </a>
          </li>
        );
      })}
      <li>
        <Menu label={messages.bar.addFilter} title={messages.bar.filters}>
          <form class="small" ref={form} onSubmit={onSubmit}>
            <label>
              <span>{messages.bar.dimension}</span>
              <select name="dimension">
                {Object.entries(messages.dimensions).map(([api, label]) => (
                  <option key={api} value={api}>
                    {label}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span>{messages.bar.operator}</span>
              <select name="operator">
                {operators.map((each) => (
                  <option key={each} value={each}>
                    {messages.operators[each]}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span>{messages.bar.value}</span>
              <input name="value" autocomplete="off" required />
            </label>
            <button class="main" type="submit">
              {messages.bar.apply}
            </button>
          </form>
        </Menu>
      </li>
    </ul>
  );
}

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
  return (
    <div class="bar">
      <p class="print-only">
        <strong>{site.domain}</strong> · {periodName(view.period)} {span && `(${format.span(span)})`}{' '}
        {view.filters.map((filter) => ` · ${inWords(filter)}`)}
      </p>
      <Filters view={view} href={href} />
      <div class="time">
        <Dates view={view} href={href} today={today} />
        <Menu
          label={
            uncompared ? messages.bar.noComparison : messages.bar.versus(messages.comparisons[view.compare])
          }
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

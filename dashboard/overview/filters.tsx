import { useEffect, useRef, useState } from 'preact/hooks';
import type { FilterLeaf } from '../../schema/query.ts';
import { api, type SiteInfo } from '../api.ts';
import { type Choice, choicesOf, filterOf, isNamed } from '../choices.ts';
import { text } from '../form.tsx';
import { navigate } from '../location.ts';
import { Menu } from '../menu.tsx';
import { messages } from '../messages.ts';
import { writePeriod } from '../period.ts';
import { valuesQuestion } from '../questions.ts';
import { dimensionName } from '../refusal.ts';
import { shown } from '../values.ts';
import { addFilter, operators, type View } from '../view.ts';
import type { Href } from './overview.tsx';

interface Props {
  readonly site: SiteInfo;
  readonly view: View;
  readonly href: Href;
}

/** A filter as it is said: `Source is Google`. */
export function inWords([operator, dimension, values]: FilterLeaf): string {
  const said = values.map((value) => shown(dimension, value).text).join(` ${messages.bar.any} `);
  return `${dimensionName(dimension)} ${messages.operators[operator]} ${said}`;
}

/** The values that were counted in the shown days, asked for when they are needed. */
function useChoices({ site, view }: Props, dimension: string, wanted: boolean): readonly Choice[] {
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  const period = writePeriod(view.period);
  useEffect(() => {
    setChoices([]);
    if (!wanted) return;
    const control = new AbortController();
    api.ask([valuesQuestion(site, view, dimension, Date.now())], control.signal).then(
      ([answer]) => setChoices(choicesOf(dimension, answer, site)),
      () => undefined, // The field takes what is typed all the same.
    );
    return () => control.abort();
  }, [site.domain, period, dimension, wanted]);
  return choices;
}

function AddFilter(props: Props) {
  const { view, href } = props;
  const [open, setOpen] = useState(false);
  const [dimension, setDimension] = useState('event:page');
  const form = useRef<HTMLFormElement>(null);
  const value = useRef<HTMLInputElement>(null);
  const choices = useChoices(props, dimension, open);

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!form.current || !value.current) return;
    const data = new FormData(form.current);
    const operator = operators.find((each) => each === data.get('operator')) ?? 'is';
    const typed = text(data, 'value').trim();
    if (typed === '') return;
    const details = form.current.closest('details');
    if (details) details.open = false;
    value.current.value = '';
    const added = filterOf(operator, dimension, typed, choices);
    navigate(href({ filters: addFilter(view.filters, added) }));
  };
  const choose = (event: Event) => {
    if (event.currentTarget instanceof HTMLSelectElement) setDimension(event.currentTarget.value);
    if (value.current) value.current.value = '';
  };
  return (
    <Menu label={messages.bar.addFilter} title={messages.bar.filters} onToggle={setOpen}>
      <form class="small" ref={form} onSubmit={onSubmit}>
        <label>
          <span>{messages.bar.dimension}</span>
          <select name="dimension" value={dimension} onChange={choose}>
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
            {operators
              .filter((each) => !isNamed(dimension) || each === 'is' || each === 'is_not')
              .map((each) => (
                <option key={each} value={each}>
                  {messages.operators[each]}
                </option>
              ))}
          </select>
        </label>
        <label>
          <span>{messages.bar.value}</span>
          <input name="value" ref={value} list="filter-values" autocomplete="off" required />
          <datalist id="filter-values">
            {choices.map((choice) => (
              <option key={choice.value} value={choice.label} />
            ))}
          </datalist>
        </label>
        <button class="main" type="submit">
          {messages.bar.apply}
        </button>
      </form>
    </Menu>
  );
}

/** What the figures are narrowed to, and a form to narrow them further. */
export function Filters(props: Props) {
  const { view, href } = props;
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
        <AddFilter {...props} />
      </li>
    </ul>
  );
}

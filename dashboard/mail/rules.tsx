import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';

type Rules = CampaignReport['rules'];

function Table({ rules }: { rules: Rules }) {
  const said = words.campaign;
  return (
    <table class="mails" aria-label={said.rules}>
      <thead>
        <tr>
          <th scope="col">{said.rule}</th>
          <th scope="col" class="kind">
            {said.tells}
          </th>
          <th scope="col">{said.caught}</th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ rule, label, opener, probable, caught }) => (
          <tr key={rule}>
            <th scope="row">
              <span class="wraps">
                {label} {probable && <small class="probable">{said.probable}</small>}
              </span>
            </th>
            <td class="kind">
              <span class={`swatch ${opener}`} aria-hidden="true" />
              {words.openers[opener].name}
            </td>
            <td>{format.whole(caught)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many opens and clicks each rule caught; one that caught none was looked for all the same. */
export function RulesPanel({ rules }: { rules: Rules }) {
  const said = words.campaign;
  const caught = rules.filter((rule) => rule.caught > 0);
  const others = rules.filter((rule) => rule.caught <= 0);
  return (
    <section class="panel" aria-labelledby="rules">
      <header>
        <h2 id="rules">{said.rules}</h2>
      </header>
      {caught.length > 0 ? <Table rules={caught} /> : <p class="words">{said.noneCaught}</p>}
      {others.length > 0 && (
        <details class="behind">
          <summary>{said.uncaught(format.whole(others.length), format.isOne(others.length))}</summary>
          <Table rules={others} />
        </details>
      )}
      <p class="more muted">{said.rulesAbout}</p>
    </section>
  );
}

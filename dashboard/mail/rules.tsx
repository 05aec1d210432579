import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';

/** How many opens and clicks each rule caught; one that caught none was looked for all the same. */
export function Rules({ rules }: { rules: CampaignReport['rules'] }) {
  const said = words.campaign;
  return (
    <section class="panel" aria-labelledby="rules">
      <header>
        <h2 id="rules">{said.rules}</h2>
      </header>
      <table class="mails" aria-labelledby="rules">
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
            <tr key={rule} class={caught === 0 ? 'muted' : undefined}>
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
      <p class="more muted">{said.rulesAbout}</p>
    </section>
  );
}

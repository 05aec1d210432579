import { useEffect, useRef, useState } from 'preact/hooks';
import type { CampaignReport } from '../../schema/mail.ts';
import { api, type SiteInfo } from '../api.ts';
import { clockIn, momentIn } from '../dates.ts';
import { Field, text, useSubmit } from '../form.tsx';
import { format } from '../format.ts';
import { Trouble } from '../frame.tsx';
import { words } from './messages.ts';

/** When the sending began, as far as it is known, on the clock of the site. */
function begunAt({ sent_at, curve, timezone }: CampaignReport): string {
  const [first] = curve;
  if (sent_at === null && first) return first.hour.slice(0, 16).replace(' ', 'T');
  return clockIn(timezone, sent_at === null ? Date.now() : Date.parse(sent_at));
}

/** Says how many mails were delivered: open where it was never said, else behind the number. */
export function Delivered(props: {
  site: SiteInfo;
  report: CampaignReport;
  saved: boolean;
  onSaved: () => void;
}) {
  const { site, report, onSaved } = props;
  const { campaign, delivered, timezone } = report;
  const [open, setOpen] = useState(delivered === null);
  const summary = useRef<HTMLElement>(null);
  const { busy, error, onSubmit } = useSubmit(async (form) => {
    const at = momentIn(timezone, text(form, 'at'));
    await api.sent({
      site_id: site.domain,
      campaign,
      count: Number(text(form, 'count')),
      ...(Number.isNaN(at) ? {} : { at: new Date(at).toISOString() }),
    });
    onSaved();
    setOpen(false);
    summary.current?.focus();
  });
  useEffect(() => setOpen(delivered === null), [delivered]);
  return (
    <details
      class="delivered"
      open={open}
      onToggle={(event) =>
        setOpen(event.currentTarget instanceof HTMLDetailsElement && event.currentTarget.open)
      }
    >
      <summary ref={summary}>
        {delivered === null ? words.delivered.title : words.delivered.change(format.whole(delivered))}
        <span class="muted" role="status">
          {props.saved && !open && ` ${words.delivered.saved}`}
        </span>
      </summary>
      <form onSubmit={onSubmit}>
        <p class="muted">{words.delivered.about}</p>
        <div class="beside">
          <Field
            label={words.delivered.count}
            name="count"
            type="number"
            inputMode="numeric"
            min={0}
            max={1_000_000_000}
            defaultValue={delivered === null ? '' : String(delivered)}
            required
          />
          <Field
            label={words.delivered.at}
            hint={words.delivered.atHint(timezone)}
            name="at"
            type="datetime-local"
            defaultValue={begunAt(report)}
            required
          />
        </div>
        {error && <Trouble error={error} />}
        <button class="main" type="submit" disabled={busy}>
          {words.delivered.save}
        </button>
      </form>
    </details>
  );
}

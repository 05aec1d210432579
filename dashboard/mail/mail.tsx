import { Page } from '../frame.tsx';
import type { MailProps } from '../mail-pages.tsx';
import { messages } from '../messages.ts';
import { CampaignPage } from './campaign.tsx';
import { List } from './list.tsx';
import { campaignOf } from './places.ts';
import { PreparePage } from './prepare.tsx';
import './mail.css';

/** Which page about mails an address means. */
export function Mail({ me, site, steps, reload }: MailProps) {
  const [first, second, ...more] = steps;
  if (more.length === 0) {
    if (first === undefined || (first === '' && second === undefined))
      return <List me={me} site={site} reload={reload} />;
    if (first === 'prepare' && second === undefined) return <PreparePage me={me} site={site} />;
    const name = first === 'campaign' && second !== undefined ? campaignOf(second) : null;
    if (name !== null) return <CampaignPage key={name} me={me} site={site} name={name} reload={reload} />;
  }
  return (
    <Page me={me} site={site} here="mail" title={messages.error.notFound}>
      <p>
        <a href={`/${site.domain}/mail`}>{messages.nav.mail}</a>
      </p>
    </Page>
  );
}

import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Me, SiteInfo } from './api.ts';
import { ApiError } from './api.ts';
import { Failure } from './frame.tsx';
import { messages } from './messages.ts';

export interface MailProps {
  readonly me: Me;
  readonly site: SiteInfo;
  /** The address behind `/<site>/mail/`, by its slashes. */
  readonly steps: readonly string[];
  readonly reload: () => Promise<void>;
}

/** The pages about mails, fetched when they are first wanted: who never sends mails never loads them. */
export function MailPages(props: MailProps) {
  const [loaded, setLoaded] = useState<{ Pages: ComponentType<MailProps> } | null>(null);
  const [failed, setFailed] = useState(false);
  const load = () =>
    import('./mail/mail.tsx').then(
      ({ Mail }) => {
        setLoaded({ Pages: Mail });
        setFailed(false);
      },
      () => setFailed(true),
    );
  useEffect(() => void load(), []);
  if (loaded) return <loaded.Pages {...props} />;
  if (!failed) return null;
  return (
    <Failure error={new ApiError(0, { code: 'offline', message: messages.error.offline })} retry={load} />
  );
}

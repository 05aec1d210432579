import type { z } from 'zod';
import type { User } from '../schema/access.ts';
import type { CampaignReport, CampaignSummary, Prepared, PrepareOptions, SentBody } from '../schema/mail.ts';
import type { ProfileName } from '../schema/profiles.ts';
import type { Query, QueryResult, Realtime } from '../schema/query.ts';
import type { SiteSettings } from '../schema/site.ts';
import type { ErrorBody } from '../schema/wire.ts';
import { messages } from './messages.ts';

/** The collector's refusal, in its own words. */
export class ApiError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  /** Which part of the request it is about. */
  readonly path: string | undefined;
  readonly status: number;
  /** Seconds to wait, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    body: { code: string; message: string; hint?: string | undefined; path?: string | undefined },
    retryAfter?: number,
  ) {
    super(body.message);
    this.code = body.code;
    this.hint = body.hint;
    this.path = body.path;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface SiteInfo {
  readonly id: number;
  readonly domain: string;
  readonly timezone: string;
  /** Of the coming midnight on. */
  readonly nextTimezone: string | null;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly settings: SiteSettings;
  /** Any event was ever counted. */
  readonly receiving: boolean;
}

export interface Me {
  readonly user: Pick<User, 'id' | 'email' | 'role' | 'sites'> | null;
  /** No user exists yet. */
  readonly setup: boolean;
  readonly sites: readonly SiteInfo[];
  /** Where trackers reach the collector. */
  readonly publicUrl: string;
  readonly profile: ProfileName;
}

export type Refusal = ErrorBody;
export type Answer = QueryResult | Refusal;
export const refused = (answer: Answer): answer is Refusal => 'error' in answer;

/** A question as it is sent; the server fills in what is left out. */
export type Question = Pick<Query, 'site_id' | 'metrics' | 'date_range'> & {
  dimensions?: Query['dimensions'];
  filters?: Query['filters'];
  order_by?: NonNullable<Query['order_by']>;
  include?: Partial<Query['include']>;
  pagination?: Partial<Query['pagination']>;
};

/** Same-origin JSON with the session's cookie. Throws an {@link ApiError} for every answer but 2xx, and where there is none. */
async function request<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      headers:
        body === undefined
          ? { accept: 'application/json' }
          : { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (reason) {
    if (signal?.aborted) throw reason;
    throw new ApiError(0, { code: 'offline', message: messages.error.offline });
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as T;
  const said = (answer as Partial<Refusal> | null)?.error;
  const wait = Number(response.headers.get('retry-after'));
  throw new ApiError(
    response.status,
    said ?? { code: 'unexpected', message: messages.error.unexpected },
    wait > 0 ? wait : undefined,
  );
}

const mailOf = (domain: string, what: string, campaign?: string): string =>
  `/api/v2/mail/${what}?site_id=${encodeURIComponent(domain)}${campaign === undefined ? '' : `&campaign=${encodeURIComponent(campaign)}`}`;

/** Where the message of a mail is shown with the shares of its clicks, for a frame. */
export const heatAddress = (domain: string, campaign: string): string => mailOf(domain, 'heat', campaign);

export const api = {
  me: () => request<Me>('GET', '/api/me'),
  setup: (form: {
    token: string;
    email: string;
    password: string;
    domain: string;
    timezone: string;
    localhost: boolean;
  }) => request<{ site: SiteInfo }>('POST', '/api/setup', form),
  login: (form: { email: string; password: string }) => request<unknown>('POST', '/api/login', form),
  logout: () => request<void>('POST', '/api/logout', {}),
  addSite: (form: { domain: string; timezone: string }) => request<unknown>('POST', '/api/v2/sites', form),
  ask: (questions: readonly Question[], signal?: AbortSignal) =>
    request<Answer[]>('POST', '/api/v2/query', questions, signal),
  campaigns: (domain: string, signal?: AbortSignal) =>
    request<{ campaigns: CampaignSummary[] }>('GET', mailOf(domain, 'campaigns'), undefined, signal),
  campaign: (domain: string, campaign: string, signal?: AbortSignal) =>
    request<CampaignReport>('GET', mailOf(domain, 'campaign', campaign), undefined, signal),
  sent: (form: z.input<typeof SentBody>) => request<unknown>('POST', '/api/v2/mail/sent', form),
  prepare: (options: z.input<typeof PrepareOptions>, dryRun: boolean) =>
    request<Prepared>('POST', `/api/v2/mail/prepare${dryRun ? '?dry_run' : ''}`, options),
  realtime: (domain: string, signal?: AbortSignal) =>
    request<Realtime>('GET', `/api/v2/realtime?site_id=${encodeURIComponent(domain)}`, undefined, signal),
};

import { z } from 'zod';
import { Key, Login, NewKey, NewUser, type Scope, Setup, User } from '../../schema/access.ts';
import {
  CampaignReport,
  CampaignSummary,
  Prepared,
  PrepareOptions,
  SentAnswer,
  SentBody,
  SuppressedAnswer,
  SuppressedBody,
} from '../../schema/mail.ts';
import { PrivacyStatus } from '../../schema/privacy.ts';
import { Query, QueryBody, QueryResult, Realtime } from '../../schema/query.ts';
import { NewSite, Site, SiteChange } from '../../schema/site.ts';
import { ErrorBody, WireBody } from '../../schema/wire.ts';

/** One route as it is documented; a test compares the list with the routes that are really mounted. */
interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType;
  readonly status?: number;
  readonly query?: readonly string[];
  readonly scope?: Scope;
}

const many = <T extends z.ZodType>(name: string, one: T) => z.object({ [name]: z.array(one) });

const documentedRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/api/event',
    summary: 'Count one event, or an array of up to 50',
    body: WireBody,
    status: 202,
  },
  {
    method: 'get',
    path: '/api/pixel.gif',
    summary: 'Count a pageview without script',
    query: ['d', 'u', 'r'],
  },
  {
    method: 'post',
    path: '/api/v2/query',
    summary: 'Ask for figures; an array asks several questions at once',
    body: QueryBody,
    answer: z.union([QueryResult, z.array(z.union([QueryResult, ErrorBody]))]),
    scope: 'stats',
  },
  {
    method: 'get',
    path: '/api/v2/realtime',
    summary: 'Visits now and the last 30 minutes',
    query: ['site_id'],
    answer: Realtime,
    scope: 'stats',
  },
  {
    method: 'get',
    path: '/api/v2/sites',
    summary: 'List the sites',
    answer: many('sites', Site),
    scope: 'stats',
  },
  {
    method: 'post',
    path: '/api/v2/sites',
    summary: 'Add a site',
    body: NewSite,
    answer: z.object({ site: Site }),
    status: 201,
    scope: 'sites',
  },
  {
    method: 'get',
    path: '/api/v2/sites/{domain}',
    summary: 'One site',
    answer: z.object({ site: Site, receiving: z.boolean() }),
    scope: 'stats',
  },
  {
    method: 'patch',
    path: '/api/v2/sites/{domain}',
    summary: 'Change a site; a new timezone applies from the next local midnight',
    body: SiteChange,
    answer: z.object({ site: Site }),
    scope: 'sites',
  },
  {
    method: 'delete',
    path: '/api/v2/sites/{domain}',
    summary: 'Remove a site and all that was counted for it',
    status: 204,
    scope: 'sites',
  },
  {
    method: 'get',
    path: '/api/v2/users',
    summary: 'List the users',
    answer: many('users', User),
    scope: 'sites',
  },
  {
    method: 'post',
    path: '/api/v2/users',
    summary: 'Add a user',
    body: NewUser,
    answer: z.object({ user: User }),
    status: 201,
    scope: 'sites',
  },
  { method: 'delete', path: '/api/v2/users/{id}', summary: 'Remove a user', status: 204, scope: 'sites' },
  {
    method: 'get',
    path: '/api/v2/keys',
    summary: 'List the API keys',
    answer: many('keys', Key),
    scope: 'sites',
  },
  {
    method: 'post',
    path: '/api/v2/keys',
    summary: 'Add an API key; its secret is shown this once',
    body: NewKey,
    answer: z.object({ key: Key, secret: z.string() }),
    status: 201,
    scope: 'sites',
  },
  { method: 'delete', path: '/api/v2/keys/{id}', summary: 'Revoke an API key', status: 204, scope: 'sites' },
  {
    method: 'post',
    path: '/api/v2/mail/prepare',
    summary: 'Make a mail’s template measurable, and keep it for the report; with dry_run nothing is kept',
    body: PrepareOptions,
    answer: Prepared,
    query: ['dry_run'],
    scope: 'mail',
  },
  {
    method: 'post',
    path: '/api/v2/mail/sent',
    summary: 'Say how many mails were delivered, and when the sending began',
    body: SentBody,
    answer: SentAnswer,
    scope: 'mail',
  },
  {
    method: 'post',
    path: '/api/v2/mail/suppressed',
    summary: 'Which recipients have objected to being measured, by their tokens, in their order',
    body: SuppressedBody,
    answer: SuppressedAnswer,
    scope: 'mail',
  },
  {
    method: 'get',
    path: '/api/v2/mail/campaigns',
    summary: 'The mails of a site, the latest first',
    query: ['site_id'],
    answer: many('campaigns', CampaignSummary),
    scope: 'stats',
  },
  {
    method: 'get',
    path: '/api/v2/mail/campaign',
    summary: 'All that is known of one mail',
    query: ['site_id', 'campaign'],
    answer: CampaignReport,
    scope: 'stats',
  },
  {
    method: 'get',
    path: '/api/v2/mail/heat',
    summary: 'The mail as a page, with the share of clicks on each link',
    query: ['site_id', 'campaign'],
    scope: 'stats',
  },
  {
    method: 'get',
    path: '/m/o/{token}',
    summary: 'The picture of a mail: an open; always the picture, whatever the token',
  },
  {
    method: 'get',
    path: '/m/c/{token}',
    summary: 'A link of a mail: a click, and a redirect to where the token says',
    status: 307,
  },
  { method: 'get', path: '/m/u/{token}', summary: 'The page that ends measuring; looking changes nothing' },
  { method: 'post', path: '/m/u/{token}', summary: 'Its form: ends measuring for the recipient' },
  {
    method: 'get',
    path: '/api/privacy/status',
    summary:
      'Whether this browser is opted out at a site, and by which signal; open to all origins, without credentials',
    answer: PrivacyStatus,
    query: ['site'],
  },
  {
    method: 'post',
    path: '/api/privacy/opt-out',
    summary: 'The privacy page’s form: opts this browser out, and erases today’s visit',
    status: 303,
  },
  {
    method: 'post',
    path: '/api/privacy/opt-in',
    summary: 'The privacy page’s form: takes the opt-out back',
    status: 303,
  },
  {
    method: 'post',
    path: '/api/privacy/erase',
    summary: 'The privacy page’s form: erases today’s visit',
    status: 303,
  },
  { method: 'get', path: '/privacy', summary: 'The page of visitors’ rights', query: ['site'] },
  { method: 'get', path: '/.well-known/gpc.json', summary: 'Support of Global Privacy Control' },
  {
    method: 'get',
    path: '/.well-known/dnt/',
    summary: 'Tracking status (W3C Tracking Preference Expression), of one site or of all',
    query: ['site'],
  },
  { method: 'get', path: '/api/me', summary: 'Who is signed in, and the sites they may read' },
  {
    method: 'post',
    path: '/api/setup',
    summary: 'First user and first site, with the token of the setup link',
    body: Setup,
    status: 201,
  },
  { method: 'post', path: '/api/login', summary: 'Sign in', body: Login },
  {
    method: 'get',
    path: '/api/enter',
    summary: 'Sign in the first user with a link that works once',
    query: ['token'],
    status: 302,
  },
  { method: 'post', path: '/api/logout', summary: 'Sign out', status: 204 },
  { method: 'get', path: '/api/openapi.json', summary: 'This description' },
];

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return json;
};
const content = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

function operation(route: Route): object {
  const named = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const asked = (route.query ?? []).map((name) => ({
    name,
    in: 'query',
    required: !['r', 'dry_run'].includes(name),
    schema: { type: 'string' },
  }));
  return {
    summary: route.summary,
    ...(route.scope
      ? { security: [{ key: [] }, { session: [] }], description: `Takes the scope \`${route.scope}\`.` }
      : {}),
    ...(named.length + asked.length > 0 ? { parameters: [...named, ...asked] } : {}),
    ...(route.body ? { requestBody: { required: true, content: content(route.body, 'input') } } : {}),
    responses: {
      [route.status ?? 200]: {
        description: 'Done',
        ...(route.answer ? { content: content(route.answer, 'output') } : {}),
      },
      default: { description: 'Refused, in words', content: content(ErrorBody, 'output') },
    },
  };
}

/** OpenAPI 3.1, generated from the schemas that the routes check with. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of documentedRoutes)
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'Footfall', version: '2', description: 'First-party analytics without identifiers.' },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'footfall_session' },
      },
    },
    paths,
    'x-query-example': Query.parse({
      site_id: 'example.com',
      metrics: ['visitors'],
      date_range: '28d',
      dimensions: ['visit:source'],
    }),
  };
}

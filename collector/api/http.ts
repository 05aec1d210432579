import { Hono } from 'hono';
import { adminRoutes } from './admin.ts';
import { campaignRoutes } from './campaigns.ts';
import type { Env } from './client.ts';
import { eventRoutes } from './events.ts';
import { mailRoutes } from './mail.ts';
import { openApiDocument } from './openapi.ts';
import { opsRoutes } from './ops.ts';
import { pageRoutes } from './pages.ts';
import { privacyRoutes } from './privacy.ts';
import { Problem, problemResponse } from './problem.ts';
import { scriptRoutes } from './script.ts';
import type { Services } from './services.ts';
import { sessionRoutes } from './session.ts';
import { statsRoutes } from './stats.ts';

/** Errors of the parts below that a client may see, and as what. All others are ours: logged, and answered with a 500 without words. */
const known: Record<string, { status: 404 | 409; code: string }> = {
  Conflict: { status: 409, code: 'conflict' },
  NotFound: { status: 404, code: 'not_found' },
  Unknown: { status: 404, code: 'not_found' },
};

/** All of HTTP. */
export function createHttp(services: Services): Hono<Env> {
  const openapi = JSON.stringify(openApiDocument());
  return (
    new Hono<Env>()
      .onError((error, c) => {
        if (error instanceof Problem) return problemResponse(c, error);
        const mapped = known[error.name];
        if (mapped) return problemResponse(c, new Problem(mapped.status, mapped.code, error.message));
        // A client that goes away in the middle of its request is no fault of ours, and hears no answer.
        if (c.req.raw.signal.aborted || error.name === 'AbortError')
          return problemResponse(c, new Problem(400, 'aborted', 'The request was cut off.'));
        // Frames only: the message may quote what a visitor sent.
        const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
        services.log({ level: 'error', route: c.req.routePath, error: error.name, frames });
        return problemResponse(
          c,
          new Problem(500, 'internal', 'Something went wrong here. The log has the details.'),
        );
      })
      .notFound((c) => problemResponse(c, new Problem(404, 'not_found', 'There is nothing at this address.')))
      .route('/api', eventRoutes(services))
      // Behind the routes of events, which pay for nothing that they don't need.
      .use(async (c, next) => {
        await next();
        c.header('x-content-type-options', 'nosniff');
        if (c.req.path.startsWith('/api/') && !c.res.headers.has('cache-control'))
          c.header('cache-control', 'no-store');
      })
      .route('/api', sessionRoutes(services))
      .get('/api/openapi.json', (c) => c.body(openapi, 200, { 'content-type': 'application/json' }))
      .route('/api/v2', statsRoutes(services))
      .route('/api/v2', adminRoutes(services))
      .route('/api/v2/mail', campaignRoutes(services))
      .route('/m', mailRoutes(services))
      .route('/js', scriptRoutes(services))
      .route('/', opsRoutes(services))
      .route('/', privacyRoutes(services))
      .route('/', pageRoutes(services))
  );
}

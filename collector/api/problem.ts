import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { ErrorBody } from '../../schema/wire.ts';
import { BadBody, readText } from './body.ts';
import type { Env } from './client.ts';

/** The one error that handlers throw: its words reach the client, those of every other error do not. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly path: string | undefined;
  readonly hint: string | undefined;
  readonly instead: ErrorBody['error']['instead'];
  readonly headers: Record<string, string>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: {
      path?: string | undefined;
      hint?: string | undefined;
      instead?: ErrorBody['error']['instead'];
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.path = more.path;
    this.hint = more.hint;
    this.instead = more.instead;
    this.headers = more.headers ?? {};
  }
}

export function problemResponse(c: Context, problem: Problem): Response {
  const body: ErrorBody = {
    error: {
      code: problem.code,
      message: problem.message,
      ...(problem.path === undefined ? {} : { path: problem.path }),
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
      ...(problem.instead === undefined ? {} : { instead: problem.instead }),
    },
  };
  return c.json(body, problem.status, problem.headers);
}

/** `[3].url` for `[3, 'url']`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

/** The most telling issue of a failed parse: inside a union, the branch that got furthest. */
function deepest(
  issues: readonly z.core.$ZodIssue[],
  base: readonly PropertyKey[] = [],
): { path: PropertyKey[]; message: string } {
  let best: { path: PropertyKey[]; message: string } = { path: [...base], message: 'is not valid' };
  for (const issue of issues) {
    const path = [...base, ...issue.path];
    const nested =
      issue.code === 'invalid_union' && issue.errors.length > 0
        ? issue.errors
            .map((branch) => deepest(branch, path))
            .reduce((a, b) => (b.path.length > a.path.length ? b : a))
        : undefined;
    const found = nested && nested.path.length > path.length ? nested : { path, message: issue.message };
    if (best.message === 'is not valid' || found.path.length > best.path.length) best = found;
  }
  return best;
}

/** Bytes of a request to the API, and how deep its lists may nest: more than any honest question needs. */
const mostBytes = 256 * 1024;
const mostDepth = 40;

function isDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > mostDepth) return true;
  }
  return false;
}

/** Reads and checks a JSON body. Throws a 400 that names the field, or a 413. */
export async function readBody<T extends z.ZodType>(
  c: Context<Env>,
  schema: T,
  most = mostBytes,
): Promise<z.output<T>> {
  let body: unknown;
  try {
    const text = await readText(c, most);
    if (isDeep(text)) throw new Problem(400, 'too_deep', `The body nests deeper than ${mostDepth} levels.`);
    body = JSON.parse(text);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof BadBody && error.reason === 'too_large')
      throw new Problem(413, 'too_large', `The body has more than ${most} bytes.`);
    throw new Problem(400, 'invalid_json', 'The body is not valid JSON.', {
      hint: 'Send JSON with content-type: application/json.',
    });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { path, message } = deepest(parsed.error.issues);
  const where = pathText(path);
  throw new Problem(400, 'invalid_request', where === '' ? `The body ${message}.` : `${where}: ${message}`, {
    path: where,
    hint: 'The shape of every request is in /api/openapi.json.',
  });
}

// A process that says when it begins to purge, so that it can be killed in the middle of it: purge.test.ts starts it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, path, day, source] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(dist, 'collector', file)).href);
const { openTool } = await load('store/tool.js');
const { dayOfDate } = await load('time/calendar.js');
const tool = await openTool(path, Date.now);
const site = (await tool.config.listSites()).find(({ domain }) => domain === 'one.example');
process.stdout.write('begins\n');
await new Promise((done) => setImmediate(done));
await tool.purge({ site, day: dayOfDate(day), dim: 'source', value: source }, { pairDays: 60, k: 10 }, true);
await tool.close();

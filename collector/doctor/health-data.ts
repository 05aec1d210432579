import { retention } from '../../schema/retention.ts';
import { overwritesDeleted } from '../store/database.ts';
import { dateOfDay, localHour, zoneOf } from '../time/calendar.ts';
import { error, type Health, type HealthCheck, ok, warning } from './finding.ts';
import type { Current, Instance } from './instance.ts';

const megabyte = 1_000_000;
/** Below the first the server may stop counting any minute, below the second soon. */
const tooLittle = 200 * megabyte;
const little = 1_000 * megabyte;
/** Batches that wait under any honest load; each is a commit of 20 ms. */
const manyWaiting = 1_000;

const size = (bytes: number): string => `${Math.round(bytes / megabyte).toLocaleString('en')} MB`;

/** Checks that ask the database; without one there is nothing to find. */
const asked = (check: (database: Current, instance: Instance) => Health) => (instance: Instance) =>
  instance.database.state === 'current'
    ? check(instance.database, instance)
    : ok('nothing to look at before there is a database that is up to date');

export const dataChecks: readonly HealthCheck[] = [
  {
    id: 'data-folder',
    label: 'Data folder',
    check({ machine: { data } }) {
      const change =
        'give it to the user that runs footfall, or name another: FOOTFALL_DATA_DIR=/var/lib/footfall';
      if (!data.writable) return error(`${data.path} cannot be written`, change);
      if (!data.exists) return ok(`${data.path} is not there yet; footfall serve makes it`);
      return data.mode !== null && (data.mode & 0o077) !== 0
        ? warning(`${data.path} can be entered by other users of this machine`, `chmod 700 ${data.path}`)
        : ok(`${data.path} can be written`);
    },
  },
  {
    id: 'database',
    label: 'Database',
    check({ database }) {
      switch (database.state) {
        case 'none':
          return ok('none yet; footfall serve makes it');
        case 'unusable':
          return error(database.why, 'move the file away, or restore a backup');
        case 'old':
          return warning(
            `version ${database.version}, this program writes ${database.newestVersion}`,
            'restart the server: footfall serve brings it up to date',
          );
        case 'current':
          return ok(
            `version ${database.version}, ${size(database.bytes)}, and ${size(database.logBytes)} of write-ahead log`,
          );
      }
    },
  },
  {
    id: 'journal',
    label: 'Journal',
    check: asked(({ waiting }, { server }) => {
      const found = `${waiting} committed ${waiting === 1 ? 'batch waits' : 'batches wait'} to be counted`;
      if (waiting > 0 && server === null)
        return warning(found, 'start the server, which counts them: footfall serve');
      return waiting > manyWaiting
        ? warning(found, 'look for errors in the server’s log, and at the disk')
        : ok(found);
    }),
  },
  {
    id: 'disk',
    label: 'Disk space',
    check({ machine: { data } }) {
      if (data.free === null) return warning(`not known for ${data.path}`, 'look yourself: df -h');
      const found = `${size(data.free)} free where ${data.path} stands`;
      const change = 'make room, or move the folder: FOOTFALL_DATA_DIR=/var/lib/footfall';
      return data.free < tooLittle
        ? error(found, change)
        : data.free < little
          ? warning(found, change)
          : ok(found);
    },
  },
  {
    id: 'retention',
    label: 'Retention',
    check: asked(({ oldest, marks }) => {
      const over = oldest.filter(({ overdue }) => overdue);
      if (over.length > 0)
        return error(
          `longer than its class allows stands: ${over
            .map(
              ({ site, name, date, allowed }) =>
                `${site}, ${retention[name].label.toLowerCase()} of ${date} (allowed from ${allowed})`,
            )
            .join('; ')}`,
          'footfall jobs run retain',
        );
      return ok(`nothing is older than its class allows. ${marksText(marks)}`);
    }),
  },
  {
    id: 'deletion',
    label: 'Deletion',
    check: () =>
      overwritesDeleted()
        ? ok('what is deleted is overwritten with zeros (secure_delete = 1)')
        : error(
            'this build of SQLite does not overwrite what is deleted',
            'npm ci, which brings one that does',
          ),
  },
  {
    id: 'clock',
    label: 'Clock',
    check: asked(({ newest, sites }, { now }) => {
      const ahead = newest.filter(({ site, hour }) => {
        const known = sites.find(({ domain }) => domain === site);
        return known !== undefined && hour > localHour(zoneOf(known, now), now) + 1;
      });
      return ahead.length > 0
        ? error(
            `it is ${new Date(now).toISOString()} here, but ${ahead.map(({ site }) => site).join(', ')} has figures of a later hour`,
            'set the clock (timedatectl set-ntp true): days would be counted twice or under wrong dates',
          )
        : ok(`${new Date(now).toISOString()}, and no figure is of a later hour`);
    }),
  },
];

function marksText(marks: Current['marks']): string {
  const jobs = [...new Set(marks.map(({ job }) => job))].sort();
  if (jobs.length === 0) return 'No job has run yet (table job_mark).';
  const least = (job: string) =>
    Math.min(...marks.filter((one) => one.job === job).map(({ until }) => until));
  return `Jobs are done up to (table job_mark): ${jobs.map((job) => `${job} ${dateOfDay(least(job))}`).join(', ')}.`;
}

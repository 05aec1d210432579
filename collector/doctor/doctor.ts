import type { Settings } from '../../schema/settings.ts';
import { conditionsOf } from './conditions.ts';
import { healthOf } from './health.ts';
import { type Instance, type NoticeVersion, readInstance } from './instance.ts';
import { type DoctorReport, reportOf } from './report.ts';

/**
 * Checks an instance, beside its server or before it has a database, and writes nothing.
 *
 * @param now ms since 1970
 * @param noticeVersion tells when the notice must be published anew; null: nothing does
 */
export const doctor = (settings: Settings, now: number, noticeVersion: NoticeVersion | null): DoctorReport =>
  examined(readInstance(settings, now, noticeVersion));

/** The report on an instance that has been read. */
export const examined = (instance: Instance): DoctorReport =>
  reportOf(healthOf(instance), conditionsOf(instance), {
    at: instance.now,
    profile: instance.settings.PROFILE,
  });

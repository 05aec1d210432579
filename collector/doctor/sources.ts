/** Where the conditions are published. */
export const sources = {
  page: 'CNIL, « Cookies : solutions pour les outils de mesure d’audience », 4 July 2025',
  guidelines: 'CNIL, délibération n° 2020-091 of 17 September 2020 (lignes directrices), article 5',
  recommendation: 'CNIL, délibération n° 2020-092 of 17 September 2020 (recommandation), article 5',
  /** Replaced since, and still the only one of these texts that names the city and what happens after an objection. */
  earlier: 'CNIL, délibération n° 2013-378 of 5 December 2013 (recommandation, replaced in 2019)',
  gdpr: (article: string) => `GDPR, article ${article}`,
} as const;

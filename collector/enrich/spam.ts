/** Domains that exist to be seen in other people's reports. Their subdomains too. */
const spammers = new Set(
  `4webmasters.org 7makemoneyonline.com 100dollars-seo.com abcdefh.xyz abcdeg.xyz adcash.com aliexpress.best anticrawler.org
  best-seo-offer.com best-seo-solution.com bestwebsitesawards.com blackhatworth.com bot-traffic.icu bot-traffic.xyz
  buttons-for-website.com buttons-for-your-website.com buy-cheap-online.info cenoval.ru co.lumb.co darodar.com econom.co
  event-tracking.com fix-website-errors.com floating-share-buttons.com free-share-buttons.com free-social-buttons.com
  free-video-tool.com get-free-social-traffic.com get-free-traffic-now.com googlsucks.com guardlink.org hulfingtonpost.com
  humanorightswatch.org ilovevitaly.com ilovevitaly.ru iskalko.ru kambasoft.com law-enforcement-bot-ff.xyz luxup.ru
  make-money-online.com makemoneyonline.com monetizationking.net o-o-6-o-o.com o-o-8-o-o.com priceg.com qualitymarketzone.com
  rankings-analytics.com ranksonic.info ranksonic.org resellerclub.ru savetubevideo.com semalt.com semalt.semalt.com
  sharebutton.net simple-share-buttons.com site-auditor.online site5.ru sitevaluation.org social-buttons.com socialseet.ru
  success-seo.com superiends.org top1-seo-service.com traffic2cash.xyz traffic2money.com trafficbot.life trafficbot.live
  trafficmonetize.org trafficmonetizer.org videos-for-your-business.com webmonetizer.net website-analytics.online
  websocial.me yourserverisdown.com`.split(/\s+/),
);

/** Whether a host (without `www.`) is a referrer spammer's. */
export function isSpammer(host: string): boolean {
  if (spammers.has(host)) return true;
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1))
    if (spammers.has(host.slice(dot + 1))) return true;
  return false;
}

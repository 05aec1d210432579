import type { Opener } from '../../schema/mail.ts';

/** Every word of the pages about mails, in English; they load with them. Numbers and dates arrive formatted. */

const openers: Record<Opener, { name: string; opens: string; about: string }> = {
  direct: {
    name: 'direct',
    opens: 'Opens, direct',
    about: 'by the reader’s own mail program',
  },
  proxied: {
    name: 'proxied',
    opens: 'Opens, proxied',
    about: 'by a person, through an image proxy such as Gmail’s',
  },
  machine: {
    name: 'machine',
    opens: 'Opens, machine',
    about: 'by a program: a prefetch or a security scanner. In no rate',
  },
};

export const words = {
  openers,
  of: (mail: string, site: string): string => `${mail} · ${site}`,

  list: {
    title: 'Mails',
    lead: 'What became of the mails you sent. Rates are of direct and proxied openers; machines are shown apart.',
    prepare: 'Prepare a mail',
    caption: 'Mails',
    mail: 'Mail',
    day: 'First day',
    delivered: 'Delivered',
    clicks: 'Clicks',
    clickThrough: 'Click-through',
    clickToOpen: 'Click-to-open',
    opens: 'Opens',
    noDay: 'nothing counted yet',
    sortedBy: (column: string): string => `Sorted by: ${column}`,
    sort: 'Sort by',
  },

  empty: {
    title: 'No mail yet',
    lead: 'Footfall counts who opens a mail and follows its links, without following anyone.',
    prepareFirst: 'Prepare the template.',
    prepareAbout:
      'Footfall makes its links countable, names the campaign in them, and adds a pixel and a link for readers who don’t want to be measured.',
    orCommand: 'Or on the command line:',
    send: 'Send it with your own mail system, as always.',
    sendAbout: 'Nothing about your recipients comes here.',
    sayFirst: 'Say how many were delivered.',
    sayAbout: 'The mail then has rates, not only counts.',
  },

  campaign: {
    back: '‹ All mails',
    sentAt: (when: string): string => `Sent ${when}`,
    firstSeen: (day: string): string => `First counted ${day}`,
    preparedAt: (when: string): string => `Prepared ${when}`,
    unknown: (name: string): string => `Nothing is known of a mail “${name}”`,
    unknownHow: 'Nothing was counted or said of it. Prepare its template, here or on the command line:',
    toPrepare: 'Prepare its template',

    figures: 'Headline figures',
    clicks: 'Clicks',
    clicksAbout: (machine: string): string => `by people; ${machine} more by machines`,
    clicksOnly: 'by people; none by machines',
    clickThrough: 'Click-through',
    clickThroughAbout: (delivered: string): string => `of ${delivered} delivered`,
    noDelivered: 'not known without the number delivered',
    clickToOpen: 'Click-to-open',
    clickToOpenAbout: (opens: string): string => `of ${opens} opens, direct and proxied`,
    noOpens: 'no open by a person was counted',
    openRate: (rate: string): string => `Opened, direct and proxied: ${rate} of what was delivered.`,
    ratesAre:
      'All rates are of direct and proxied alone. Direct, proxied and machine opens are never added up.',
    unique: (opens: string, clicks: string, days: string): string =>
      `Each recipient counted once within ${days} days: ${opens} opened, ${clicks} clicked.`,

    curve: 'The first 72 hours',
    clicksLine: 'Clicks by people',
    machineLine: 'Machines, opens and clicks, on a scale of their own',
    after: (hours: string): string => `+${hours} h`,
    noCurve: 'The hours are shown from the first open or click on.',
    curveHalf: (hours: string, one: boolean): string =>
      one
        ? 'At least half of these clicks came within the first hour.'
        : `Half of these clicks came within ${hours} hours.`,
    curvePeak: (clicks: string, hour: string): string => `Most in one hour: ${clicks}, ${hour}.`,
    curveNoClicks: 'No person clicked in these hours.',
    curveTable: 'Show as a table',
    hour: 'Hour',
    opensBy: (opener: string): string => `Opens, ${opener}`,
    clicksBy: (opener: string): string => `Clicks, ${opener}`,

    links: 'Links',
    link: 'Link',
    share: 'Share',
    decoy: 'the hidden link, which no reader sees',
    bySort: 'Clicks by kind',
    noLinks: 'No link was followed yet.',
    sharesAre: 'Shares are of the clicks by people.',

    rules: 'What each rule caught',
    rule: 'Rule',
    tells: 'Tells',
    caught: 'Caught',
    probable: 'probable',
    uncaught: (rules: string, one: boolean): string =>
      one ? 'One more rule caught nothing' : `${rules} more rules caught nothing`,
    noneCaught: 'No rule caught anything yet.',
    rulesAbout:
      'The first rule that matches decides; what none catches is direct. Rules marked probable can be wrong about a person.',

    website: 'What came after, on the website',
    visitors: 'Visitors',
    visits: 'Visits',
    engaged: 'Engaged time',
    goal: 'Goal',
    goalVisitors: 'Visitors',
    goalEvents: 'Times',
    revenue: 'Revenue',
    noGoals: 'No goal was reached in these visits.',
    goalsNotKept: 'Goals: none that is kept. What few visitors shared is not told apart any more.',
    notKept: 'none that is kept',
    websiteAbout:
      'Visits that began with this campaign’s links, by the tag in their address. Nobody is followed from the mail to the website.',
    toOverview: 'See these visits in the overview',

    message: 'Clicks on the message',
    messageAbout:
      'Each counted link with its share of the clicks by people. Pictures are not loaded; links lead nowhere here.',
    frame: (name: string): string => `The message “${name}” with the shares of its clicks`,
    noTemplate: 'The template of this mail is not kept here, so its clicks cannot be shown on it.',
    noTemplateHow: 'Prepare it here or on the command line, and the template that you give is kept:',
    narrow: 'Phone width',
    wide: 'Full width',
    width: 'Width of the message',

    notes: 'About these figures',
    timezone: (zone: string): string => `Hours and days are those of ${zone}.`,
  },

  delivered: {
    title: 'How many were delivered?',
    about: 'Your mail system knows: what was sent, less what bounced. Without it there are no rates.',
    change: (count: string): string => `${count} delivered`,
    count: 'Delivered',
    at: 'Sending began',
    atHint: (zone: string): string => `On the clock of ${zone}.`,
    save: 'Save',
    saved: 'Saved.',
  },

  prepare: {
    title: 'Prepare a mail',
    lead: 'Paste the template as your mail system has it. What comes back is the same, byte for byte, but for its links, a pixel and an opt-out.',
    optOut:
      'The opt-out that Footfall adds ends the measuring, not the mailing. Your own unsubscribe link must be in the mail as well; it is left as it is.',
    campaign: 'Name of the campaign',
    campaignHint: 'Letters, digits, spaces, “.”, “_” and “-”, such as spring-26. It becomes utm_campaign.',
    html: 'Template (HTML)',
    htmlHint: 'All of it, tags of your mail system included.',
    text: 'Plain text',
    textHint: 'Optional. Its links are prepared likewise.',
    options: 'More: recipients, unsubscribing, sending time, decoy',
    token: 'Tag for the recipient',
    tokenHint:
      'With it, each recipient counts once, and can opt out. Needs their consent. Without it, only totals are counted.',
    tokenOf: (system: string): string => `Use the tag of ${system}`,
    tokenExamples: 'Examples:',
    systems: [
      ['Listmonk', '{{ .Subscriber.UUID }}'],
      ['Mautic', '{contactfield=id}'],
      ['Mailchimp', '*|UNIQID|*'],
      ['SendGrid', '{{recipient_id}}'],
    ] as const,
    systemsHint: 'SendGrid fills in what you send along under that name.',
    unsubscribe: 'Your unsubscribe address',
    unsubscribeHint: 'For List-Unsubscribe headers; may hold your mail system’s tags.',
    sendTime: 'Tag for the time of sending',
    sendTimeHint: 'Seconds since 1970, or ISO 8601. A click within 2 seconds of it is a machine’s.',
    decoy: 'Add a link that no reader can see. Whoever follows it is a machine.',
    showLinks: 'Show links',
    submit: 'Prepare',
    keptHere: 'What you pasted stays here.',
    signedOut: 'You are signed out. Sign in in another tab, then try again: what you pasted stays here.',
    tooLarge: 'This is more than the server takes at once. A template may have 1 MiB.',

    linksTitle: 'Links',
    linksOf: (changed: string, all: string): string => `${changed} of ${all} links are counted.`,
    noLinks: 'There is no link in it.',
    part: 'Part',
    link: 'Link',
    becomes: 'Leads to, or why it is left alone',
    parts: { html: 'HTML', text: 'Text' },
    left: (why: string): string => `Left alone: ${why}`,
    dryRun: 'Nothing was kept or changed.',

    doneTitle: (campaign: string): string => `“${campaign}” is prepared`,
    doneLead: 'Copy it back into your mail system.',
    changedSince: 'The form was changed since; this is the mail as it was before.',
    doneHtml: 'HTML',
    doneText: 'Plain text',
    doneHeaders: 'Headers',
    headersHint: 'For mail systems that let you set headers. They are around your own address.',
    copy: (what: string): string => `Copy ${what}`,
    next: 'When it is sent, say how many were delivered:',
    nextLink: 'the page of this mail',
    notes: 'To know',
  },
};

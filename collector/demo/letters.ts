/** What the demo's shop writes to its readers, once a fortnight; all invented. */
export interface Letter {
  readonly subject: string;
  readonly preheader: string;
  readonly look: 'feature' | 'catalogue' | 'note';
  /** Of headlines and buttons, of the page around, and of the sky in its pictures. */
  readonly colours: readonly [accent: string, paper: string, sky: string];
  readonly lead: {
    readonly path: string;
    readonly alt: string;
    readonly text: string;
    readonly button: string;
  };
  /** Names below `/shop/` and `/guides/`. */
  readonly products: readonly string[];
  readonly guides: readonly string[];
  /** Share of the recipients who open it, and of these, who follow a link. */
  readonly interest: number;
  readonly appeal: number;
  /** The recipients have agreed to be told apart for a week. */
  readonly token?: true;
  /** The mail system fills in when each mail went out. */
  readonly sendTime?: true;
  readonly decoy?: true;
}

export const letters: readonly Letter[] = [
  {
    subject: 'Cold days are good days',
    preheader: 'What to carry when the path is white.',
    look: 'feature',
    colours: ['#1f4e5f', '#eef3f5', '#cfe3ea'],
    lead: {
      path: '/guides/winter-day-hikes',
      alt: 'A ridge under fresh snow',
      text: 'Five short routes that are open all year, and what we carry when there is snow on them.',
      button: 'Read the guide',
    },
    products: ['moraine-gaiters', 'cairn-headlamp'],
    guides: ['layering'],
    interest: 0.47,
    appeal: 0.067,
  },
  {
    subject: 'Layers, once and for all',
    preheader: 'Three are enough. Here is which.',
    look: 'note',
    colours: ['#7a3b1d', '#faf6f0', '#f0dcc5'],
    lead: {
      path: '/guides/layering',
      alt: 'Three layers on a line',
      text: 'You asked about layers more than about anything else this month. Here is the long answer, with no product in it.',
      button: 'The long answer',
    },
    products: ['ridge-jacket'],
    guides: ['first-overnight-hike', 'lightweight-in-ten-steps'],
    interest: 0.55,
    appeal: 0.071,
  },
  {
    subject: 'The shelf of last pairs',
    preheader: 'Single sizes, a third cheaper.',
    look: 'catalogue',
    colours: ['#8c1c13', '#f7f1ee', '#eccfc6'],
    lead: {
      path: '/shop',
      alt: 'A shelf with a few boots on it',
      text: 'Single sizes and last pairs, while they are here. What is gone does not come back.',
      button: 'See what is left',
    },
    products: ['ridge-jacket', 'scree-boots', 'moraine-gaiters', 'alp-hut-bag'],
    guides: [],
    interest: 0.43,
    appeal: 0.076,
  },
  {
    subject: 'How to read a map in fog',
    preheader: 'Ten minutes that may save an evening.',
    look: 'feature',
    colours: ['#2f5d3a', '#f1f5ef', '#d4e3d0'],
    lead: {
      path: '/guides/reading-a-map',
      alt: 'Contour lines of a small valley',
      text: 'A compass, a bearing and the courage to turn round: our guide has a new chapter about fog.',
      button: 'Open the chapter',
    },
    products: ['cairn-headlamp', 'tarn-bottle'],
    guides: ['first-overnight-hike'],
    interest: 0.51,
    appeal: 0.064,
    sendTime: true,
  },
  {
    subject: 'Boots that forgive you',
    preheader: 'Scree Boots, resoled for the fourth year.',
    look: 'catalogue',
    colours: ['#4a4238', '#f4f1ec', '#ddd3c2'],
    lead: {
      path: '/shop/scree-boots',
      alt: 'A pair of boots on a scree slope',
      text: 'The same last, a new sole, and laces that stay tied. We repair the old ones too.',
      button: 'Look at the boots',
    },
    products: ['scree-boots', 'moraine-gaiters', 'col-trekking-poles', 'tarn-bottle'],
    guides: ['winter-day-hikes'],
    interest: 0.46,
    appeal: 0.079,
  },
  {
    subject: 'Your first night outside',
    preheader: 'It needs less than you think.',
    look: 'feature',
    colours: ['#3c6e2f', '#f3f7ec', '#d9ead0'],
    lead: {
      path: '/guides/first-overnight-hike',
      alt: 'Meadows below a grey wall',
      text: 'A dry place, a warm bag and a friend who has done it before: more is not needed.',
      button: 'Plan the first night',
    },
    products: ['alp-hut-bag', 'cirque-pack-32'],
    guides: ['lightweight-in-ten-steps', 'reading-a-map'],
    interest: 0.57,
    appeal: 0.077,
  },
  {
    subject: 'A letter from the workshop',
    preheader: 'What we mended, and what we learned.',
    look: 'note',
    colours: ['#5b3a6b', '#f8f5fa', '#e2d5e9'],
    lead: {
      path: '/about',
      alt: 'A workbench with a jacket on it',
      text: 'We mended 214 jackets this quarter. Most of them came back with the same two tears, so we have changed the pattern.',
      button: 'Who we are',
    },
    products: ['ridge-jacket'],
    guides: ['layering'],
    interest: 0.49,
    appeal: 0.053,
    token: true,
  },
  {
    subject: 'Meet the Cirque Pack 32',
    preheader: 'Two years of carrying prototypes.',
    look: 'feature',
    colours: ['#b4541a', '#fbf4ec', '#f5dcc0'],
    lead: {
      path: '/shop/cirque-pack-32',
      alt: 'The Cirque Pack 32 in front of a lake',
      text: 'Thirty-two litres, 890 grams, one buckle. It is here, and it is the pack that we wanted ourselves.',
      button: 'See the pack',
    },
    products: ['tarn-bottle', 'col-trekking-poles'],
    guides: ['lightweight-in-ten-steps'],
    interest: 0.63,
    appeal: 0.068,
    token: true,
    sendTime: true,
  },
  {
    subject: 'Ten steps to half the weight',
    preheader: 'Step three is the pillow.',
    look: 'note',
    colours: ['#0f5257', '#eff6f6', '#c9e2e1'],
    lead: {
      path: '/guides/lightweight-in-ten-steps',
      alt: 'A kitchen scale with a stove on it',
      text: 'Half the weight without half the money: the order in which we would do it, and what we would leave alone.',
      button: 'The ten steps',
    },
    products: ['cirque-pack-32'],
    guides: ['layering', 'huts-of-tyrol'],
    interest: 0.52,
    appeal: 0.072,
    token: true,
  },
  {
    subject: 'Twelve huts worth the climb',
    preheader: 'Four of them are new to us.',
    look: 'feature',
    colours: ['#7a1f2b', '#faf1f1', '#f0cfd2'],
    lead: {
      path: '/guides/huts-of-tyrol',
      alt: 'A hut with red shutters',
      text: 'The huts of Tyrol: when they open, how to book, and which soup to order. With a map to print.',
      button: 'All twelve huts',
    },
    products: ['alp-hut-bag', 'cairn-headlamp'],
    guides: ['reading-a-map'],
    interest: 0.58,
    appeal: 0.075,
    token: true,
    decoy: true,
  },
  {
    subject: 'A sale, and an honest one',
    preheader: 'Last year’s colours, this year’s seams.',
    look: 'catalogue',
    colours: ['#9a5b00', '#fbf6ea', '#f3dfb0'],
    lead: {
      path: '/shop',
      alt: 'Jackets in last year’s colours',
      text: 'Last year’s colours are up to 30 % cheaper. Nothing was made dearer before.',
      button: 'To the sale',
    },
    products: ['ridge-jacket', 'cirque-pack-32', 'scree-boots', 'col-trekking-poles'],
    guides: [],
    interest: 0.5,
    appeal: 0.084,
    token: true,
    sendTime: true,
  },
  {
    subject: 'Light for the way down',
    preheader: 'The Cairn Headlamp and how to aim it.',
    look: 'feature',
    colours: ['#243b6b', '#eff2f8', '#ccd7ec'],
    lead: {
      path: '/shop/cairn-headlamp',
      alt: 'A lamp in the dusk',
      text: 'Light where your next step is, and not in your friend’s face. Fourteen hours on one charge.',
      button: 'See the lamp',
    },
    products: ['moraine-gaiters', 'alp-hut-bag'],
    guides: ['winter-day-hikes', 'first-overnight-hike'],
    interest: 0.48,
    appeal: 0.07,
    token: true,
    decoy: true,
  },
];

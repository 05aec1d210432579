#!/usr/bin/env node
// The command line from a checkout: installs and builds what is stale, then runs the built program.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
await import(pathToFileURL(join(root, 'dist/collector/cli/footfall.js')).href);

#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { run } from './program';

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads may stop reading: `grpc-mesh matrix | head`.
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = run(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  input: () => readFileSync(0, 'utf8'),
  outIsTerminal: process.stdout.isTTY === true,
  errIsTerminal: process.stderr.isTTY === true,
  environment: process.env,
  now: () => process.uptime() * 1000,
  version: JSON.parse(readFileSync(`${__dirname}/../../package.json`, 'utf8')).version,
});

// What every question begins with: manifests, and the cluster that they make.
const { readFileSync } = require('node:fs');
const { Cluster } = require('../../lib/manifests/cluster');
const { readManifests } = require('../../lib/manifests/read');

const text = readFileSync(process.argv[2], 'utf8');
Cluster.of(readManifests([{ name: process.argv[2], text }]).manifests);

// Every caller and every RPC, on top of reading.
const { readFileSync } = require('node:fs');
const { Cluster } = require('../../lib/manifests/cluster');
const { readManifests } = require('../../lib/manifests/read');
const { AccessMatrix } = require('../../lib/simulation/access/access-matrix');
const { Simulation } = require('../../lib/simulation/simulation');

const text = readFileSync(process.argv[2], 'utf8');
const { manifests } = readManifests([{ name: process.argv[2], text }]);
AccessMatrix.of(Simulation.of(Cluster.of(manifests)));

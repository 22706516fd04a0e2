import { portNumber } from '../../src/values/port-number';
import { refusal } from '../support/refusal';

test.each([1, 53, 65535])('%s is a port', (port) => {
  expect(portNumber(port, 'here', 'port: 53')).toBe(port);
});

test.each([0, -1, 65536, 80.5, Number.NaN])('%s is not a port', (port) => {
  const error = refusal(() => portNumber(port, 'here', 'port: 53'));
  expect([error.code, error.message]).toEqual(['InvalidPort', expect.stringContaining(`here: ${port} is not a port.`)]);
});

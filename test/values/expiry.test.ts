import { expiry } from '../../src/values/expiry';
import { refusal } from '../support/refusal';

const at = (now: string) => jest.useFakeTimers({ now: new Date(now) });
afterEach(() => {
  jest.useRealTimers();
});

test.each([
  ['the day before', '2027-03-30T12:00:00Z'],
  ['its first moment', '2027-03-31T00:00:00Z'],
  ['its last moment', '2027-03-31T23:59:59.999Z'],
])('a day is not over on %s', (_, now) => {
  at(now);
  expect(expiry('2027-03-31', 'shop/slow')).toBe('2027-03-31');
});

test.each([
  ['the first moment of the next', '2027-04-01T00:00:00Z'],
  ['a year later', '2028-03-31T00:00:00Z'],
])('it is over on %s', (_, now) => {
  at(now);
  const { code, message } = refusal(() => expiry('2027-03-31', 'shop/slow'));
  expect(code).toBe('Expired');
  expect(message).toContain('2027-03-31');
});

test.each(['', 'soon', '31.03.2099', '2099-3-1', '2099-02-30', '2099-13-01', '2099-03-31T12:00:00Z', '99-03-31'])(
  "'%s' is not a day",
  (day) => {
    expect(refusal(() => expiry(day, 'shop/slow')).code).toBe('InvalidDay');
  },
);

test('a leap day is one', () => {
  at('2027-01-01T00:00:00Z');
  expect(expiry('2028-02-29', 'shop/slow')).toBe('2028-02-29');
  expect(refusal(() => expiry('2027-02-29', 'shop/slow')).code).toBe('InvalidDay');
});

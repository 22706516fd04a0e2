import { App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { describe as describeProblem, didYouMean, MeshError, placeOf, placeOfNew } from '../src/errors';

const problem = {
  code: 'UnknownMethod',
  where: 'coffee-shop/order (GrpcService)',
  what: "calls 'Chrage', but coffee.v1.Payment has no such method.",
  why: "Its methods are: Charge, Refund. Did you mean 'Charge'?",
  fix: "order.calls(payment, ['Charge'])",
};

describe('a refusal', () => {
  test('says where and what, why, the line to paste, and its code', () => {
    const error = new MeshError(problem);
    expect(error.message.split('\n')).toEqual([
      "coffee-shop/order (GrpcService): calls 'Chrage', but coffee.v1.Payment has no such method.",
      "Its methods are: Charge, Refund. Did you mean 'Charge'?",
      "    order.calls(payment, ['Charge'])",
      '[UnknownMethod]',
    ]);
  });

  test('can be told apart from other errors, and from other refusals by its code', () => {
    const error = new MeshError(problem);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('MeshError');
    expect(error.code).toBe('UnknownMethod');
  });

  test('indents every line of a fix of several lines', () => {
    const lines = describeProblem({ ...problem, fix: 'first();\nsecond();' }).split('\n');
    expect(lines.slice(2, 4)).toEqual(['    first();', '    second();']);
  });

  test('names the construct it is about by path and class', () => {
    const payment = new (class GrpcService extends Construct {})(new Chart(new App(), 'coffee-shop'), 'payment');
    expect(describeProblem({ ...problem, where: payment })).toMatch(/^coffee-shop\/payment \(GrpcService\): calls/);
  });
});

describe('the place of a construct', () => {
  test('is its path and class', () => {
    const shop = new Chart(new App(), 'coffee-shop');
    expect(placeOf(new Construct(shop, 'order'))).toBe('coffee-shop/order (Construct)');
  });

  test('is a word for the root, whose path is empty', () => {
    expect(placeOf(new App())).toBe('App (App)');
  });

  test('is known before the construct is there', () => {
    const shop = new Chart(new App(), 'coffee-shop');
    expect(placeOfNew(shop, 'order', 'GrpcService')).toBe('coffee-shop/order (GrpcService)');
  });

  test('has no slash in front when the construct is to stand under the root', () => {
    expect(placeOfNew(new App(), 'coffee-shop', 'ZeroTrustNamespace')).toBe('coffee-shop (ZeroTrustNamespace)');
  });
});

describe('did you mean', () => {
  test.each([
    ['two letters swapped', 'Chrage', ['Refund', 'Charge'], 'Charge'],
    ['two letters swapped in a word of four', 'Lits', ['Get', 'List'], 'List'],
    ['a letter left out', 'Refnd', ['Refund', 'Charge'], 'Refund'],
    ['another case', 'CHARGE', ['CHAR', 'Charge'], 'Charge'],
    ['a typo in the package', 'cofee.v1.Payment', ['coffee.v1.Order', 'coffee.v1.Payment'], 'coffee.v1.Payment'],
    ['a third of a long word', 'abcdefxyz', ['abcdefghi'], 'abcdefghi'],
    ['the word itself, whatever else is close', 'Charge', ['Charges', 'Charge'], 'Charge'],
    ['the first of two that are equally close', 'Chargo', ['Charge', 'Charga'], 'Charge'],
  ])('forgives %s', (_, word, candidates, best) => {
    expect(didYouMean(word, candidates)).toBe(` Did you mean '${best}'?`);
  });

  test.each([
    ['another word', 'Delete', ['Charge', 'Refund']],
    ['more than a third of a long word', 'abcdewxyz', ['abcdefghi']],
    ['a short word that shares one letter of three', 'Get', ['Put', 'Set2']],
    ['a word of which nothing is right', 'A', ['Bc']],
    ['no word', '', ['a']],
    ['no candidates', 'Charge', []],
  ])('stays silent about %s', (_, word, candidates) => {
    expect(didYouMean(word, candidates)).toBe('');
  });
});

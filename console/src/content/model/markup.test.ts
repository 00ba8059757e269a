import fc from "fast-check";
import { expect, test } from "vitest";
import { placeholder } from "./liquid";
import { canonical, toHtml, toMarkup } from "./markup";

const NAME = '{{ person.first_name | default: "friend" }}';

test.each([
  ["Hello", "Hello"],
  [`Dear **${NAME}**,\nhow *are* you?`, `Dear <b>${NAME}</b>,<br/>how <i>are</i> you?`],
  ["a < b & c", "a &lt; b &amp; c"],
  [
    '[our *shops*](https://a.example/?a=1&b=2 "shops")',
    '<a href="https://a.example/?a=1&amp;b=2" link="shops">our <i>shops</i></a>',
  ],
  ["[Unsubscribe]({{ unsubscribe_url }})", '<a href="{{ unsubscribe_url }}">Unsubscribe</a>'],
  ["***both***", "<b><i>both</i></b>"],
  ["{% if person.city == 'A*B' %}*x*{% endif %}", "{% if person.city == 'A*B' %}<i>x</i>{% endif %}"],
  ["3 \\* 4 \\[5\\]", "3 * 4 [5]"],
])("what is typed, and its HTML: %j", (typed, html) => {
  expect(toHtml(typed)).toBe(html);
  expect(toMarkup(html)).toBe(typed);
});

test.each([
  ["2 * 3", "2 * 3"],
  ["[a](b", "[a](b"],
  ["**a", "**a"],
  ["*[a*](https://b.example)", '*<a href="https://b.example">a*</a>'],
])("a mark without a partner is a character: %j", (typed, html) => {
  expect(toHtml(typed)).toBe(html);
  expect(toHtml(toMarkup(html) ?? "")).toBe(html);
});

test.each([
  "<h1>a</h1>",
  '<b style="color:red">a</b>',
  "<!-- note -->",
  "<ul><li>a</li></ul>",
  "a &copy; <u>b</u>",
  "<b>a",
])("what would lose something is not turned into text: %j", (html) => {
  expect(toMarkup(html)).toBeNull();
});

test("white space that nobody sees is not kept; the one that is seen is", () => {
  expect(toMarkup("\n   Dear you,\n   <br>  hello&nbsp;there ")).toBe("Dear you,\nhello\u00a0there");
});

test("nothing is ever lost between the two", () => {
  const words = fc.constantFrom(
    "a",
    " ",
    "*",
    "**",
    "[",
    "]",
    "](https://a.example/(x))",
    '](b "id")',
    "\n",
    "\\",
    "<",
    "&",
    "&amp;",
    "{{ a | b: '*' }}",
    "{% x %}",
    "_",
    '"',
    "(",
    ")",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 12 }), (parts) => {
      const html = toHtml(parts.join(""));
      expect(canonical(html)).not.toBeNull();
      const typed = toMarkup(html);
      if (typed !== null) expect(canonical(toHtml(typed))).toBe(canonical(html));
    }),
    { numRuns: 2000 },
  );
});

test("a placeholder keeps its default in quotes that it does not hold", () => {
  expect(placeholder("person.first_name", "friend")).toBe(NAME);
  expect(placeholder("person.first_name", 'the "one"')).toBe(
    "{{ person.first_name | default: 'the \"one\"' }}",
  );
  expect(placeholder("trigger.city", "")).toBe("{{ trigger.city }}");
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, made, madeColumns, SIMPLE } from "./blocks";
import { change, duplicate, find, insert, move, remove } from "./edit";
import { linksOf, withLink } from "./links";
import { read, write } from "./mjml";
import { scan, tags } from "./scan";

const LAUNCH = `<mjml>
  <mj-head><mj-preview>Soon</mj-preview></mj-head>
  <mj-body background-color="#f4f4f5">
    <!-- a note -->
    <mj-section background-color="#ffffff" padding="32px">
      <mj-column>
        <mj-text font-size="24px" font-weight="700">The Contoso Lamp</mj-text>
        <mj-text>
          Dear {{ person.first_name | default: "friend" }}, a <b>lamp</b>.
          {% if person.age < 3 %}It comes to {{ person.city }} first.{% endif %}
        </mj-text>
        {% if person.city %}
        <mj-image src="https://a.example/a.png" alt="A lamp" />
        {% endif %}
        <mj-button link="product" href="https://a.example/?n={{ person.n | default: "x" }}">See the lamp</mj-button>
        <mj-table><tr><td>1</td></tr></mj-table>
        <mj-text font-size="12px">{{ postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text>
      </mj-column>
    </mj-section>
    <mj-section>
      <mj-column width="30%"><mj-spacer height="8px"/></mj-column>
      <mj-column><mj-divider /></mj-column>
    </mj-section>
    <mj-wrapper><mj-section><mj-column><mj-text>Inside</mj-text></mj-column></mj-section></mj-wrapper>
  </mj-body>
</mjml>
`;

function kinds(blocks: readonly Block[]): string[] {
  return blocks.map((block) => block.kind);
}

function email(text: string) {
  const found = read(text);
  if (!found) throw new Error("no MJML");
  return found;
}

test("an email becomes blocks, and what has no block stays source in its place", () => {
  const { blocks } = email(LAUNCH);
  expect(kinds(blocks)).toEqual([
    "source",
    "heading",
    "text",
    "source",
    "image",
    "source",
    "button",
    "source",
    "footer",
    "columns",
    "source",
  ]);
  expect(blocks[3]).toMatchObject({ source: "{% if person.city %}" });
  expect(blocks[2]).toMatchObject({
    text: 'Dear {{ person.first_name | default: "friend" }}, a **lamp**. {% if person.age < 3 %}It comes to {{ person.city }} first.{% endif %}',
  });
  expect(blocks[6]).toMatchObject({
    attributes: { link: "product", href: 'https://a.example/?n={{ person.n | default: "x" }}' },
  });
});

test("an email of which nothing has changed is written as it was read, to the letter", () => {
  expect(write(email(LAUNCH)).text).toBe(LAUNCH);
});

test("one change leaves all else as it was, tag by tag", () => {
  const before = email(LAUNCH);
  const heading = before.blocks[1] as Block;
  const { text } = write({
    ...before,
    blocks: change(before.blocks, heading.id, { text: "The *new* lamp" }),
  });
  expect(text.replaceAll(/\s+/g, " ")).toBe(
    LAUNCH.replace("The Contoso Lamp", "The <i>new</i> lamp")
      .replaceAll(/\s+/g, " ")
      .replaceAll("><mj-s", "> <mj-s")
      .replaceAll("><mj-d", "> <mj-d")
      .replaceAll("/></mj-col", "/> </mj-col")
      .replace("> <mj-section><mj-column><mj-text>Inside", "><mj-section><mj-column><mj-text>Inside"),
  );
  expect(kinds(email(text).blocks)).toEqual(kinds(before.blocks));
});

test("each block stands where it is said to stand", () => {
  const before = email(LAUNCH);
  const { text, places } = write({
    ...before,
    blocks: move(before.blocks, (before.blocks[6] as Block).id, -1),
  });
  const button = before.blocks[6] as Block;
  expect(text.slice(...(places.get(button.id) ?? [0, 0]))).toMatch(
    /^<mj-button link="product".*<\/mj-button>$/,
  );
});

test.each([
  "",
  "<p>Hello</p>",
  "<mjml></mjml>",
  "<mjml><mj-body></mjml>",
  "<mjml><mj-body/></mjml>",
  "{{ x }}",
])("what is no MJML with a body has no blocks: %j", (text) => {
  expect(read(text)).toBeNull();
});

test("whatever is done to blocks, they are read again as what was written", () => {
  const ids = (blocks: Block[]): string[] =>
    blocks.flatMap((one) => [
      one.id,
      ...(one.kind === "columns" ? one.columns.flatMap((c) => ids(c.blocks)) : []),
    ]);
  const deed = fc.record({
    what: fc.constantFrom("insert", "columns", "remove", "up", "down", "duplicate", "change"),
    kind: fc.constantFrom(...SIMPLE),
    at: fc.nat(40),
    text: fc.constantFrom(
      "Hello",
      "**a** & b",
      "x\ny",
      '[go](https://a.example "go")',
      "{{ person.x | default: 'y' }}",
    ),
  });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 8 }), (deeds) => {
      const before = email(LAUNCH);
      let blocks = before.blocks;
      for (const { what, kind, at, text } of deeds) {
        const all = ids(blocks);
        const id = all[at % all.length] ?? "";
        if (what === "insert") blocks = insert(blocks, made(kind), all.length ? { after: id } : "end");
        else if (what === "columns") blocks = insert(blocks, madeColumns(), "end");
        else if (what === "remove") blocks = remove(blocks, id);
        else if (what === "duplicate") blocks = duplicate(blocks, id);
        else if (what === "change") blocks = change(blocks, id, { text });
        else blocks = move(blocks, id, what === "up" ? -1 : 1);
        expect(new Set(ids(blocks)).size).toBe(ids(blocks).length);
      }
      const { text } = write({ ...before, blocks: [...blocks] });
      const again = email(text);
      expect(write(again).text).toBe(text);
      const rewritten = write({ ...again, blocks: [...again.blocks] }).text;
      expect(rewritten).toBe(text);
    }),
    { numRuns: 200 },
  );
});

test("a block that moves into a section shares it; the first stays first", () => {
  const { blocks } = email(LAUNCH);
  const button = blocks[6] as Block;
  expect(kinds(move(blocks, button.id, -1)).slice(5, 7)).toEqual(["button", "source"]);
  expect(move(blocks, (blocks[0] as Block).id, -1)).toBe(blocks);
  const columns = blocks[9];
  const inside = columns?.kind === "columns" ? columns.columns[0]?.blocks[0]?.id : undefined;
  expect(find(remove(blocks, inside ?? ""), inside ?? "")).toBeUndefined();
});

test("C5: links are listed with their ids, and one is changed where it stands", () => {
  expect(linksOf(LAUNCH).map(({ id, isNamed, text }) => [id, isNamed, text])).toEqual([
    ["product", true, "See the lamp"],
  ]);
  const two = LAUNCH.replace("a <b>lamp</b>", 'a <a href="https://a.example/shops">shop</a>');
  const [shop, product] = linksOf(two);
  expect([shop?.id, product?.id]).toEqual(["link-1", "product"]);
  const changed = withLink(two, shop?.spot ?? 0, {
    id: "shops",
    url: "https://a.example/?a=1&b=2",
    text: "all shops",
  });
  expect(changed).toBe(
    two.replace(
      '<a href="https://a.example/shops">shop</a>',
      '<a link="shops" href="https://a.example/?a=1&amp;b=2">all shops</a>',
    ),
  );
  expect(withLink(two, product?.spot ?? 0, { url: "https://b.example/" })).toBe(
    two.replace('https://a.example/?n={{ person.n | default: "x" }}', "https://b.example/"),
  );
});

test("tags are found whatever Liquid says inside them", () => {
  const found = scan(`<a href="{{ x | default: "<b>" }}">{% if a < b %}x{% endif %}</a><br><img src='a'/>`);
  expect([...tags(found ?? [])].map((tag) => tag.name)).toEqual(["a", "br", "img"]);
  expect(scan("<a><b></a></b>")).toBeNull();
  expect(scan("a < b")).toBeNull();
});

/** For whom something is shown: somebody of the audience, found by their name or key, or nobody. */
import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, body } from "~/api/client";
import { useText } from "~/kit/text";
import { useAsked } from "./Preview";
import { type Person, usePeople } from "./queries";

export function nameOf(person: Person): string {
  const { first_name: first, last_name: last } = person.attributes;
  const name = [first, last].filter(Boolean).join(" ");
  return name && name !== person.key ? `${name} · ${person.key}` : person.key;
}

/** The person of the address, whose name the list of those found may lack. */
export function useChosen(reference: string | null) {
  return useQuery({
    queryKey: ["people", "one", reference],
    queryFn: () =>
      body(api.GET("/api/v1/people/{person}", { params: { path: { person: reference ?? "" } } })),
    enabled: reference !== null,
    staleTime: 60_000,
  });
}

export function PersonPicker({ audience }: { audience: string }) {
  const text = useText();
  const [reference, choose] = useAsked("for");
  const [search, setSearch] = useState("");
  const [asked] = useDebouncedValue(search, 200);
  const chosen = useChosen(reference);
  const isName = chosen.data && asked === nameOf(chosen.data);
  const people = usePeople(audience, isName ? "" : asked);
  const found = new Map(
    [...(chosen.data ? [chosen.data] : []), ...(people.data ?? [])].map((one) => [one.id, one]),
  );
  return (
    <Select
      label={text("preview.for")}
      placeholder={text("preview.nobody")}
      data={[...found.values()].map((one) => ({ value: one.id, label: nameOf(one) }))}
      value={reference}
      onChange={choose}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      filter={({ options }) => options}
      nothingFoundMessage={text("preview.noPeople")}
      clearable
      w={260}
    />
  );
}

/** Lets in whoever is logged in; asks everybody else to log in, at whatever address they came to. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Entrance } from "./Entrance";
import { useLogin, useSession } from "./queries";

export function LoginGate({ children }: { children: ReactNode }) {
  const session = useSession();
  return <Answer of={session}>{(who) => (who ? children : <Login />)}</Answer>;
}

function Login() {
  const text = useText();
  const login = useLogin();
  const form = useForm({ initialValues: { email: "", password: "" } });
  return (
    <Entrance title={text("account.login")} onSubmit={form.onSubmit((given) => login.mutate(given))}>
      <TextInput
        label={text("account.email")}
        type="email"
        autoComplete="username"
        required
        {...form.getInputProps("email")}
      />
      <PasswordInput
        label={text("account.password")}
        autoComplete="current-password"
        required
        {...form.getInputProps("password")}
      />
      {login.error && <Problems of={login.error} />}
      <Button type="submit" loading={login.isPending}>
        {text("account.login")}
      </Button>
    </Entrance>
  );
}

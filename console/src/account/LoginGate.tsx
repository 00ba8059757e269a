/** Lets in whoever is logged in, or comes by a login link; asks everybody else to log in, at whatever address they
 * came to. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { type ReactNode, useEffect } from "react";
import { Answer } from "~/kit/Answer";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { Waiting } from "~/kit/Waiting";
import { Entrance } from "./Entrance";
import { takenToken } from "./link";
import { useLogin, useSession } from "./queries";

export function LoginGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const login = useLogin();
  const { mutate } = login;
  const who = session.data;
  useEffect(() => {
    if (who === undefined) return;
    const token = takenToken();
    if (token && who === null) mutate({ token });
  }, [who, mutate]);
  return <Answer of={session}>{(known) => (known ? children : <Login login={login} />)}</Answer>;
}

function Login({ login }: { login: ReturnType<typeof useLogin> }) {
  const text = useText();
  const form = useForm({ initialValues: { email: "", password: "" } });
  if (login.isPending && "token" in login.variables) return <Waiting />;
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

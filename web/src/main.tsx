import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { WagmiProvider } from "wagmi";
import { ColophonProvider } from "./app";
import { loadConfig } from "./config";
import { createAppRouter } from "./router";
import "./theme.css";
import { wagmiConfig } from "./wallet/wagmi";

const root = createRoot(document.getElementById("root") as HTMLElement);

try {
  const config = await loadConfig();
  const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 2_000, retry: 1 } } });
  root.render(
    <StrictMode>
      <WagmiProvider config={wagmiConfig(config)}>
        <QueryClientProvider client={queryClient}>
          <ColophonProvider value={{ config }}>
            <RouterProvider router={createAppRouter()} />
          </ColophonProvider>
        </QueryClientProvider>
      </WagmiProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(<p style={{ padding: "2rem" }}>{error instanceof Error ? error.message : String(error)}</p>);
}

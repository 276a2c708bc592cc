// placeholder until merged
import { corrected } from "./corrected.ts";
import type { Services } from "./services.ts";

export function usualServices(): Services {
  const none = async (): Promise<never> => {
    throw new Error("internal: not there yet");
  };
  return {
    corrections: corrected(),
    looks: { heat: none, try: none },
    commandOf: ({ config }) => `reinception train ${config.data.join(" ")}`,
    close: async () => {},
  };
}

// The dashboard's page is built once, before the first test, so that what is tested is what lies in src.

export async function setup(): Promise<void> {
  await import("../../build/dashboard-page.ts");
}

// The place of what is on its way.

export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div class="skeleton">
      <span class="unseen">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} aria-hidden="true" />
      ))}
    </div>
  );
}

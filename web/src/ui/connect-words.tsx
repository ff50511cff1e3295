/** "Connect a wallet", shown as "Connect" where there is no room; its name is the same to everyone. */
export const ConnectWords = () => (
  <span>
    Connect<span className="max-sm:sr-only"> a wallet</span>
  </span>
);

/** A text as the server drew it from Markdown: sanitised there, never here. */
export const Prose = ({ html, className = "" }: { html: string; className?: string }) => (
  <div className={`prose ${className}`} dangerouslySetInnerHTML={{ __html: html }} />
);

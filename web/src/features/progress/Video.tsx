import "@/features/courses/messages/learn";
import { useEffect, useRef, useState } from "react";
import type { Schemas } from "@/api/client";
import type { LessonPage } from "@/features/courses/queries";
import { t } from "@/lib/i18n";

type Props = { lesson: LessonPage; report: (report: Schemas["ProgressReport"], now?: boolean) => void };

const rate = "stoa-playback-rate";

/** A film that goes on where it was left, and tells which seconds were played. */
export function Video({ lesson, report }: Props) {
  const film = useRef<HTMLVideoElement>(null);
  const from = useRef<number | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  const resume = useRef(lesson.progress.position);

  // The range played since the last call; seeking and pausing end a range.
  const played = () => {
    const at = film.current?.currentTime ?? 0;
    const began = from.current;
    from.current = film.current?.paused ? undefined : at;
    return began !== undefined && at > began ? [[Math.floor(began), Math.ceil(at)]] : [];
  };
  const tell = (now = false) => report({ position: Math.round(film.current?.currentTime ?? 0), watched: played() }, now);

  useEffect(() => {
    const video = film.current;
    return () => {
      if (video && from.current !== undefined)
        report({ position: Math.round(video.currentTime), watched: [[Math.floor(from.current), Math.ceil(video.currentTime)]] });
    };
  }, [report]);

  return (
    <figure className="mb-5">
      {/* biome-ignore lint/a11y/useMediaCaption: the text of the lesson below is the alternative; captions come with uploads */}
      <video
        ref={film}
        src={lesson.video_url}
        controls
        preload="metadata"
        playsInline
        aria-label={lesson.title}
        className="aspect-video w-full rounded-lg bg-black"
        onLoadedMetadata={(event) => {
          const video = event.currentTarget;
          if (resume.current < video.duration - 3) video.currentTime = resume.current;
          video.playbackRate = Number(localStorage.getItem(rate)) || 1;
        }}
        onRateChange={(event) => localStorage.setItem(rate, String(event.currentTarget.playbackRate))}
        onPlay={(event) => {
          from.current = event.currentTarget.currentTime;
        }}
        onTimeUpdate={(event) => {
          const began = from.current;
          if (began !== undefined && Math.abs(event.currentTarget.currentTime - began) >= 5) tell();
        }}
        onSeeking={() => {
          from.current = undefined;
        }}
        onSeeked={(event) => {
          if (!event.currentTarget.paused) from.current = event.currentTarget.currentTime;
        }}
        onPause={() => tell(true)}
        onEnded={() => tell(true)}
        onError={() => setFailed(true)}
      />
      {failed && (
        <p role="alert" className="mt-2 border-s-3 border-bad ps-3">
          {t("video.failed")}
        </p>
      )}
    </figure>
  );
}

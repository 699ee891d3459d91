;; Skips whole untagged lines that need no look, 16 octets at a time: see data-lines.ts, which holds this module in binary
;; form. A test assembles this text and compares.
(module
  (memory (export "memory") 2)

  ;; [from, end): octets, of which the first begins a line. Up to 16 octets before and 18 behind are read too, and count
  ;; for nothing. Returns where the last line ends that can be skipped, or `from`.
  (func (export "skip") (param $from i32) (param $end i32) (result i32)
    (local $at i32) (local $skipped i32)
    (local $lf i32) (local $marked i32) (local $stop i32) (local $bit i32)

    (local.set $skipped (local.get $from))
    (local.set $at (local.get $from))

    ;; "* " and a digit
    (if (i32.ne (i32.load16_u (local.get $from)) (i32.const 0x202a))
      (then (return (local.get $from))))
    (if (i32.gt_u (i32.sub (i32.load8_u offset=2 (local.get $from)) (i32.const 0x30)) (i32.const 9))
      (then (return (local.get $from))))

    (loop $block
      (if (i32.ge_u (local.get $at) (local.get $end))
        (then (return (local.get $skipped))))

      ;; $lf: a bit for each LF of this block, those behind $end cut off.
      (local.set $lf
        (i8x16.bitmask (i8x16.eq (v128.load (local.get $at)) (i8x16.splat (i32.const 0x0a)))))
      (if (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16))
        (then
          (local.set $lf
            (i32.and (local.get $lf)
              (i32.sub (i32.shl (i32.const 1) (i32.sub (local.get $end) (local.get $at))) (i32.const 1))))))

      (if (local.get $lf)
        (then
          ;; $marked: LFs of lines that may end in a literal's announcement, "}" being one or two octets before.
          (local.set $marked
            (i32.and (local.get $lf)
              (i8x16.bitmask
                (v128.or
                  (i8x16.eq (v128.load (i32.sub (local.get $at) (i32.const 1))) (i8x16.splat (i32.const 0x7d)))
                  (i8x16.eq (v128.load (i32.sub (local.get $at) (i32.const 2))) (i8x16.splat (i32.const 0x7d)))))))

          ;; $stop: these, and LFs that are not followed by "* " and a digit.
          (local.set $stop
            (i32.or (local.get $marked)
              (i32.and (local.get $lf)
                (i32.xor (i32.const 0xffff)
                  (i8x16.bitmask
                    (v128.and
                      (v128.and
                        (i8x16.eq (v128.load offset=1 (local.get $at)) (i8x16.splat (i32.const 0x2a)))
                        (i8x16.eq (v128.load offset=2 (local.get $at)) (i8x16.splat (i32.const 0x20))))
                      (i8x16.lt_u
                        (i8x16.sub (v128.load offset=3 (local.get $at)) (i8x16.splat (i32.const 0x30)))
                        (i8x16.splat (i32.const 10)))))))))

          (if (local.get $stop)
            (then
              (local.set $bit (i32.ctz (local.get $stop)))
              ;; The line is one to skip, and the next one is not.
              (if (i32.eqz (i32.and (local.get $marked) (i32.shl (i32.const 1) (local.get $bit))))
                (then (return (i32.add (i32.add (local.get $at) (local.get $bit)) (i32.const 1)))))
              ;; The line is not one to skip; the LF before it may be in this block.
              (local.set $lf
                (i32.and (local.get $lf) (i32.sub (i32.shl (i32.const 1) (local.get $bit)) (i32.const 1))))
              (if (local.get $lf)
                (then
                  (return (i32.add (local.get $at) (i32.sub (i32.const 32) (i32.clz (local.get $lf)))))))
              (return (local.get $skipped))))

          (local.set $skipped (i32.add (local.get $at) (i32.sub (i32.const 32) (i32.clz (local.get $lf)))))))

      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $block))
    (unreachable)))

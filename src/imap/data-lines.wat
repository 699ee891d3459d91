;; Looks for what ends a run of lines that need no look, 16 octets at a time: see data-lines.ts, which holds this module in
;; binary form. A test assembles this text and compares.
(module
  ;; Pages of 64 KiB. The first two are for the octets below and what has to be copied, the others for buffers.
  (memory (export "memory") 259)

  ;; V8 makes a constant anew wherever it is used, by three instructions: with constants in the loop, 14 GB/s instead of 22.
  (data (i32.const 0) "\0a\2a\20\40\7d")

  ;; The first octet of [from, end) that is "}", or an LF that is not followed by "* " and what is no letter: the index
  ;; behind it. Otherwise `end`, or more: up to 18 octets behind `end` are read, too.
  (func (export "suspect") (param $at i32) (param $end i32) (result i32)
    (local $LF v128) (local $asterisk v128) (local $SP v128) (local $letter v128) (local $brace v128)
    (local $octets v128) (local $found i32)

    (local.set $LF (v128.load8_splat (i32.const 0)))
    (local.set $asterisk (v128.load8_splat (i32.const 1)))
    (local.set $SP (v128.load8_splat (i32.const 2)))
    (local.set $letter (v128.load8_splat (i32.const 3)))
    (local.set $brace (v128.load8_splat (i32.const 4)))

    (loop $block
      (if (i32.ge_u (local.get $at) (local.get $end))
        (then (return (local.get $end))))

      (local.set $octets (v128.load (local.get $at)))
      (local.set $found
        (i8x16.bitmask
          (v128.or
            (i8x16.eq (local.get $octets) (local.get $brace))
            (v128.andnot
              (i8x16.eq (local.get $octets) (local.get $LF))
              (v128.and
                (v128.and
                  (i8x16.eq (v128.load offset=1 (local.get $at)) (local.get $asterisk))
                  (i8x16.eq (v128.load offset=2 (local.get $at)) (local.get $SP)))
                ;; Signed: neither octets over 0x7F nor those below "@" are letters.
                (i8x16.lt_s (v128.load offset=3 (local.get $at)) (local.get $letter)))))))

      (if (local.get $found)
        (then (return (i32.add (i32.add (local.get $at) (i32.ctz (local.get $found))) (i32.const 1)))))

      (local.set $at (i32.add (local.get $at) (i32.const 16)))
      (br $block))
    (unreachable)))

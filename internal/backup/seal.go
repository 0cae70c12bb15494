package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
)

// A backup ends in its own seal: the comment that closes the archive is the SHA-256
// of every byte before it, in hex. The archive checks only what it unpacks.
const sealed = 2 * sha256.Size

// A sealer passes on what is written to it but for the last bytes, which stand
// where the seal goes.
type sealer struct {
	w    io.Writer
	sum  hash.Hash
	tail []byte
}

// room is what an archive reserves for its seal.
var room = strings.Repeat("0", sealed)

func seal(w io.Writer) *sealer { return &sealer{w: w, sum: sha256.New()} }

func (s *sealer) Write(p []byte) (int, error) {
	s.tail = append(s.tail, p...)
	if n := len(s.tail) - sealed; n > 0 {
		s.sum.Write(s.tail[:n])
		if _, err := s.w.Write(s.tail[:n]); err != nil {
			return 0, err
		}
		s.tail = append(s.tail[:0], s.tail[n:]...)
	}
	return len(p), nil
}

// close writes the seal in place of the room that was left for it.
func (s *sealer) close() error {
	_, err := io.WriteString(s.w, hex.EncodeToString(s.sum.Sum(nil)))
	return err
}

// whole refuses a file that is not what was sealed.
func whole(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	s := seal(io.Discard)
	if _, err := io.Copy(s, f); err != nil {
		return err
	}
	if string(s.tail) != hex.EncodeToString(s.sum.Sum(nil)) {
		return fmt.Errorf("%w: it is not what was written", ErrDamaged)
	}
	return nil
}

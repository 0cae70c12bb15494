package opinion

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
)

// digits is how long a receipt is: 66 bits, which nobody guesses.
const digits = 20

// ReceiptFor is the receipt (查询码) of what one browser handed in by one form. It
// follows from the browser's secret, so that a form that is sent twice gets the
// same receipt twice; it is kept nowhere, only its digest.
func ReceiptFor(browser, submission string) string {
	m := hmac.New(sha256.New, []byte(browser))
	m.Write([]byte("yidan opinion " + submission))
	n := new(big.Int).SetBytes(m.Sum(nil))
	n.Mod(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(digits), nil))
	s := n.String()
	return strings.Repeat("0", digits-len(s)) + s
}

// Grouped is a receipt as it is read: 1234 5678 9012 3456 7890.
func Grouped(receipt string) string {
	var parts []string
	for i := 0; i+4 <= len(receipt); i += 4 {
		parts = append(parts, receipt[i:i+4])
	}
	return strings.Join(parts, " ")
}

// typed is a receipt as it was typed, with whatever stands between its digits
// taken away; "" where it is none.
func typed(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '-' || r == '　' || r == '\t' || r == '\n':
			return -1
		}
		return 'x'
	}, s)
	if len(s) != digits || strings.Contains(s, "x") {
		return ""
	}
	return s
}

func digest(receipt string) string {
	sum := sha256.Sum256([]byte("yidan receipt " + receipt))
	return hex.EncodeToString(sum[:])
}
